package letter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// What is what a notice is about.
type What string

// What people are told about their accounts, and of what needs somebody who may change how the business works.
const (
	PasswordChanged What = "password_changed"
	PasswordReset   What = "password_reset"
	MFAEnrolled     What = "mfa_enrolled"
	MFARemoved      What = "mfa_removed"
	MFAReset        What = "mfa_reset"
	NewCodes        What = "recovery_codes_made"
	FactorLocked    What = "factor_locked"
	PasswordLocked  What = "password_locked"
	NewDevice       What = "new_device"
	EmailRestored   What = "email_restored"
	SuperuserActed  What = "superuser_acted"
	GrantReceived   What = "grant_received"
	GrantGiven      What = "grant_given"
	ClocksChanged   What = "clocks_changed"
)

// Notice tells a user what happened to their account, at the address they have when it is sent. It holds no secret.
type Notice struct {
	TenantID *uuid.UUID          `json:"tenant_id,omitempty"`
	UserID   id.ID[account.User] `json:"user_id"`
	What     What                `json:"what"`
	At       time.Time           `json:"at"`
	IP       string              `json:"ip_address,omitempty"`
	About    string              `json:"about,omitempty"` // where a sentence does not say it all
}

// Kind names the job in the queue.
func (Notice) Kind() string { return "letter.notice" }

// InsertOpts are those of every letter.
func (Notice) InsertOpts() river.InsertOpts { return Options() }

// Tell adds a notice about what the transaction does.
func (s *Service) Tell(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, user id.ID[account.User], what What) error {
	return s.Post(ctx, tx, Notice{TenantID: tenantID, UserID: user, What: what, At: tx.Now(), IP: api.ClientIP(ctx)})
}

// TellAbout is Tell with a line about what it is about.
func (s *Service) TellAbout(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, user id.ID[account.User], what What, about string) error {
	return s.Post(ctx, tx, Notice{TenantID: tenantID, UserID: user, What: what, At: tx.Now(), About: about})
}

// NoticeWorker sends notices.
type NoticeWorker struct {
	river.WorkerDefaults[Notice]
	Letters *Service
}

// Work sends one notice. An error makes River try again later.
func (w *NoticeWorker) Work(ctx context.Context, j *river.Job[Notice]) error {
	from, err := w.Letters.Place(ctx, j.Args.TenantID)
	if errors.Is(err, pg.ErrNoRow) { // the business is gone
		return nil
	}
	if err != nil {
		return err
	}
	var to addressee
	err = w.Letters.db.InPlace(ctx, j.Args.TenantID, func(tx pg.PlaceTx) error {
		var err error
		to, err = addresseeOf(ctx, tx, j.Args.TenantID, j.Args.UserID)
		return err
	})
	if errors.Is(err, pg.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := j.Args.text(from, to.Name)
	if err != nil {
		return river.JobCancel(err)
	}
	return w.Letters.Send(ctx, from, to.Email, text)
}

// said is what a notice says: a subject, and a sentence.
type said struct{ subject, happened, advice string }

const notYou = "If this was not you, choose a new password at once under \"Forgot your password?\" and tell whoever administers your account."

var notices = map[What]said{
	PasswordChanged: {"Your password was changed", "Your password was changed, and your other sessions were ended.", notYou},
	PasswordReset: {"You have a new password", "A new password was set by the link that we sent to you. All your sessions were ended, and no device is remembered any more. " +
		"Your second factor is as it was. API tokens that were made with this account, if any, stay valid: revoke those that you don't need.", notYou},
	MFAEnrolled:    {"A second factor was set up", "A second factor for signing in was set up: an authenticator app or a passkey.", notYou},
	MFARemoved:     {"A second factor was removed", "A second factor for signing in was removed.", notYou},
	MFAReset:       {"Your second factor was reset", "An administrator removed your second factor and ended your sessions. Set up a new one when you next sign in.", "If you did not ask for this, tell whoever administers your account."},
	NewCodes:       {"You have new recovery codes", "New recovery codes were made. The old ones are not valid any more.", notYou},
	FactorLocked:   {"Your second factor is locked for an hour", "Too many wrong codes were given for your account. No code is accepted for an hour.", "If these were not yours, somebody knows your password. Choose a new one under \"Forgot your password?\"."},
	PasswordLocked: {"Your password is locked", "There were a hundred wrong passwords for your account in a row. Nobody can sign in with the password any more, not even you.", "Choose a new one under \"Forgot your password?\" when you next sign in."},
	NewDevice:      {"A new sign-in to your account", "Somebody signed in to your account from a browser that we had not seen before.", "If it was you, there is nothing to do. " + notYou},
	SuperuserActed: {"A superuser acts as another superuser", "A superuser has begun to act as another superuser.", "The audit log tells all that was done. If you don't know why, ask them."},
	GrantReceived:  {"You were given a right for a while", "Somebody gave you a right for a while.", "Each use of it is on record. Use it only for the reason that was given."},
	GrantGiven:     {"Our staff was given a right on your business", "Somebody of the platform gave one of its staff a right on your business for a while.", "You see it under Grants, and may revoke it there at any time."},
	ClocksChanged: {"Appointments at another time of the clock than was agreed", "The rules of a time zone have changed. Appointments and group sessions to come keep their instant, " +
		"so that the clock will show another time at their start than you agreed on with your customers. So many are affected at each location:", "Nothing was moved. Open the location to see them, and to move them to the time that was agreed if you want that."},
	EmailRestored: {"Your e-mail address is back", "The e-mail address of your account is this one again. All your sessions were ended.", "Whoever changed it may know your password. Choose a new one now under \"Forgot your password?\" at the address below."},
}

func (n Notice) text(from Place, name string) (Text, error) {
	s, ok := notices[n.What]
	if !ok {
		return Text{}, fmt.Errorf("a notice about %q", n.What)
	}
	t := Text{Subject: s.subject, Paragraphs: []string{"Hello " + name + ",", s.happened}}
	if n.About != "" {
		t.Paragraphs = append(t.Paragraphs, n.About)
	}
	when := "Time: " + n.At.UTC().Format("2 January 2006, 15:04 UTC")
	if n.IP != "" {
		when += "\nIP address: " + n.IP
	}
	t.Paragraphs = append(t.Paragraphs, when, s.advice, "Sign in: "+from.Origin+"/login")
	return t, nil
}
