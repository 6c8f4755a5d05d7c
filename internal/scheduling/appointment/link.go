package appointment

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Link is a customer's key to one appointment: whoever has it may see, move and cancel that one, without a login.
type Link struct {
	Token string `json:"token" doc:"Send it in a body, never in a URL."`
}

var errLink = &fault.Error{Kind: fault.Gone, Code: "link_expired", Detail: "This link is no longer valid. Call the business if you need to change something."}

// Token is what a link carries: the appointment's id with a seal that only this business's server can make, for the customer that it
// has now.
func (s *Service) Token(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (string, error) {
	times, err := handedOn(ctx, tx, key)
	raw := key.UUID()
	return base64.RawURLEncoding.EncodeToString(append(raw[:], s.seal(tx, raw, times)...)), err
}

// seal proves an appointment and how often it was handed on: the link of a customer before opens nothing.
func (s *Service) seal(tx *pg.TenantTx, key uuid.UUID, handedOn int) []byte {
	mac := hmac.New(sha256.New, s.Secret)
	mac.Write([]byte("manage appointment/" + tx.Tenant.Schema + "/"))
	mac.Write(key[:])
	if handedOn > 0 { // nothing for the first customer: their links are older than this
		fmt.Fprintf(mac, "/%d", handedOn)
	}
	return mac.Sum(nil)
}

// handedOn is how often the appointment became another customer's, which is on record for good.
func handedOn(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (int, error) {
	got, err := pg.One[struct {
		Times int `db:"times"`
	}](ctx, tx, `SELECT count(*) AS times FROM appointment_history WHERE appointment_id = @id AND changes ? 'customer_id'`, pg.Args{"id": key})
	return got.Times, err
}

// Link gives staff the key to hand on to the customer. Whoever books by the public page doesn't get it in the answer: anybody
// can type anybody's address, and the key opens what belongs to whom the address is.
func (s *Service) Link(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Link, error) {
	if _, err := s.Get(ctx, tx, key); err != nil {
		return Link{}, err
	}
	token, err := s.Token(ctx, tx, key)
	return Link{token}, err
}

// byToken is the appointment that a link opens, until it is over. Every bad link is refused alike.
func (s *Service) byToken(ctx context.Context, tx *pg.TenantTx, token string, lock bool) (Appointment, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != len(uuid.UUID{})+sha256.Size {
		return Appointment{}, errLink
	}
	key := uuid.UUID(raw[:16])
	if lock { // first, or it may be handed on meanwhile
		err = lockRow(ctx, tx, id.ID[Appointment](key))
	}
	if errors.Is(err, fault.ErrNotFound) {
		return Appointment{}, errLink
	}
	if err != nil {
		return Appointment{}, err
	}
	times, err := handedOn(ctx, tx, id.ID[Appointment](key))
	if err != nil {
		return Appointment{}, err
	}
	if !hmac.Equal(raw[16:], s.seal(tx, key, times)) {
		return Appointment{}, errLink
	}
	a, err := pg.Found(readBack(ctx, tx, id.ID[Appointment](key)))
	if errors.Is(err, fault.ErrNotFound) || err == nil && !tx.Now().Before(a.End) {
		err = errLink
	}
	return a.lapsed(tx.Now()), err
}

// Managed is an appointment as its link shows it: as little about the person as will do.
type Managed struct {
	FirstName    string                   `json:"first_name"`
	ServiceID    id.ID[service.Service]   `json:"service_id" doc:"To ask for other times."`
	LocationID   id.ID[location.Location] `json:"location_id"`
	ServiceName  string                   `json:"service_name"`
	Start        time.Time                `json:"start"`
	End          time.Time                `json:"end"`
	ResourceName string                   `json:"resource_name" doc:"Whom or what it is with; empty while nobody is assigned."`
	TimeZone     string                   `json:"time_zone"`
	Status       Status                   `json:"status" enum:"PENDING,CONFIRMED,CHECKED_IN,IN_PROGRESS,COMPLETED,NO_SHOW,CANCELLED,DECLINED,EXPIRED"`
	Chosen
	Quotes
}

func managed(ctx context.Context, tx *pg.TenantTx, a Appointment) (Managed, error) {
	first, _, _ := strings.Cut(a.CustomerName, " ")
	names, err := resourceNames(ctx, tx, a.ResourceIDs)
	return Managed{first, a.ServiceID, a.LocationID, a.ServiceName, a.Start, a.End, names, a.TimeZone, a.Status, a.Chosen, a.quotes(tx.Now())}, err
}

// Managed shows what a link opens, and what changing it would cost at this moment.
func (s *Service) Managed(ctx context.Context, tx *pg.TenantTx, token string) (Managed, error) {
	a, err := s.byToken(ctx, tx, token, false)
	if err != nil {
		return Managed{}, err
	}
	return managed(ctx, tx, a)
}

// PublicCancellation is what a customer sends to cancel by a link.
type PublicCancellation struct {
	Link
	Reason string       `json:"reason" required:"false" maxLength:"500"`
	Fee    *money.Money `json:"fee,omitempty" doc:"What was quoted, where it costs something: nobody pays what they were not shown."`
}

// CancelByLink calls an appointment off for its customer, by the policy that was agreed.
func (s *Service) CancelByLink(ctx context.Context, tx *pg.TenantTx, c PublicCancellation) (Managed, error) {
	was, err := s.byToken(ctx, tx, c.Token, true)
	if err != nil {
		return Managed{}, err
	}
	if !was.Status.open() {
		return Managed{}, was.refuse("cancelled")
	}
	quote := was.cancellation(tx.Now())
	if !quote.Allowed {
		return Managed{}, errState.With("%s", quote.Message)
	}
	agreed := money.Money{Currency: quote.Fee.Currency}
	if c.Fee != nil {
		agreed = *c.Fee
	}
	if agreed != quote.Fee {
		return Managed{}, errState.With("%s", quote.Message)
	}
	a, err := s.cancel(ctx, tx, was, calling{by: byCustomer, reason: c.Reason, late: quote.Late, fee: quote.Fee})
	if err != nil {
		return Managed{}, err
	}
	return managed(ctx, tx, a)
}

// PublicMove is where a customer moves an appointment by a link.
type PublicMove struct {
	Link
	Start      string                    `json:"start" maxLength:"40" doc:"One of the starts that availability offers."`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" required:"false" nullable:"true" doc:"Whom or what; without it the same as before where that is free, else any."`
}

// MoveByLink moves an appointment for its customer, as often and as late as the policy allows.
func (s *Service) MoveByLink(ctx context.Context, tx *pg.TenantTx, m PublicMove) (Managed, error) {
	was, err := s.byToken(ctx, tx, m.Token, true)
	if err != nil {
		return Managed{}, err
	}
	if quote := was.terms().Reschedule(was.facts(tx.Now())); was.Status.open() && !quote.Allowed {
		return Managed{}, errState.With("%s", quote.Message)
	}
	var to []id.ID[resource.Resource]
	if m.ResourceID != nil {
		to = []id.ID[resource.Resource]{*m.ResourceID}
	}
	a, err := s.move(ctx, tx, was, movement{start: m.Start, resources: to, prefer: was.ResourceIDs, byCustomer: true, action: "rescheduled", resourceAt: "body.resource_id"})
	if err != nil {
		return Managed{}, err
	}
	return managed(ctx, tx, a)
}
