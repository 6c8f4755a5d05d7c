// Package letter writes to people about their accounts, and makes the links that such letters hold.
//
// Letters are sent by jobs. A job's arguments hold no secret: whoever sends a letter with a link makes the link's token then,
// so that it is nowhere but in the mail, and a letter that has to be sent again holds a new one.
package letter

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
)

// Product is the name that letters of the platform come from.
const Product = "SmoothSchedule"

// Service sends letters.
type Service struct {
	Queue *job.Queue // set once the queue exists, which needs this service's workers

	db     *pg.DB
	sender mail.Sender
	origin func(host string) string
	host   func(subdomain string) string
}

// NewService returns the service. origin is a host's public address, and host the name of a subdomain of ours; "" is the apex.
func NewService(db *pg.DB, sender mail.Sender, origin, host func(string) string) *Service {
	return &Service{db: db, sender: sender, origin: origin, host: host}
}

// Options are those of every job that sends a letter: one that is later than a quarter of an hour would puzzle more than help.
func Options() river.InsertOpts { return river.InsertOpts{MaxAttempts: 6} }

// Post adds the job of a letter to the transaction.
func (s *Service) Post(ctx context.Context, tx pg.Querier, letter river.JobArgs) error {
	return s.Queue.Add(ctx, tx, letter)
}

// Place is where a letter comes from: a business, the platform, or the apex.
type Place struct {
	TenantID *uuid.UUID
	Name     string
	Host     string
	Origin   string // what links begin with: from our own records, never from a request
}

// Link is the address of a page there, with a secret that browsers don't send to any server.
func (p Place) Link(page, token string) string { return p.Origin + page + "#" + token }

// Place returns the business's, at its primary host as of now, or with nil the platform's. A business that is gone is pg.ErrNoRow.
func (s *Service) Place(ctx context.Context, tenantID *uuid.UUID) (Place, error) {
	if tenantID == nil {
		return s.place(nil, Product, s.host("platform")), nil
	}
	t, err := businessOf(ctx, s.db, *tenantID)
	if err != nil {
		return Place{}, err
	}
	host := s.host(t.Slug)
	if t.Primary != nil {
		host = *t.Primary
	}
	return s.place(tenantID, t.Name, host), nil
}

// Apex is where businesses sign up.
func (s *Service) Apex() Place { return s.place(nil, Product, s.host("")) }

// AddressOf is where a business with a slug is, or will be.
func (s *Service) AddressOf(slug string) (host, origin string) {
	host = s.host(slug)
	return host, s.origin(host)
}

func (s *Service) place(tenantID *uuid.UUID, name, host string) Place {
	return Place{TenantID: tenantID, Name: name, Host: host, Origin: s.origin(host)}
}

// Text is what a letter says: its paragraphs.
type Text struct {
	Subject    string
	Paragraphs []string
}

// Send sends a letter now.
func (s *Service) Send(ctx context.Context, from Place, to string, t Text) error {
	body := strings.Join(t.Paragraphs, "\n\n") + "\n\n-- \n" + from.Name + ", " + from.Host + "\n"
	err := s.sender.Send(ctx, mail.Message{To: to, FromName: from.Name, Subject: t.Subject, Text: body})
	if err != nil {
		return fmt.Errorf("sending a letter about an account: %w", err)
	}
	return nil
}
