package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/masquerade"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
)

// people is everything about who somebody is and what they may do.
type people struct {
	log         *audit.Log
	auditKey    []byte
	db          *pg.DB
	factors     *mfa.Service
	letters     *letter.Service
	sessions    *session.Service
	grants      *grant.Service
	masquerades *masquerade.Service
}

// newPeople wires the identity part. Without a data directory nothing is written: the program is wired for its document alone.
func newPeople(p Parts, db *pg.DB, hasher *account.Hasher, sender mail.Sender) (*people, error) {
	cfg := p.Config
	i := &people{db: db, auditKey: derive(p.Secret, "audit anchor")}
	if cfg.DataDir != "" {
		var err error
		if i.log, err = audit.Open(cfg.DataDir); err != nil {
			return nil, err
		}
	}
	address := func(label string) string { return cfg.Origin(cfg.Host(label)) }
	i.factors = mfa.New(p.Secret, "SmoothSchedule", cfg.Origin)
	i.letters = letter.NewService(db, sender, cfg.Origin, cfg.Host)
	i.sessions = session.NewService(db, hasher, i.factors, i.log, session.Options{
		Cookie: session.Cookie{Insecure: !cfg.CookieSecure()}, Secret: p.Secret, RequireMFA: cfg.RequireMFA,
	})
	i.grants = grant.NewService(db, i.log)
	i.masquerades = masquerade.NewService(db, i.log, i.sessions, cfg.Host, address)

	i.sessions.Granted = grant.Granted
	i.sessions.UseGrants = i.grants.Use
	i.sessions.Recheck = i.masquerades.Recheck
	i.sessions.EndMasquerade = i.masquerades.End
	i.sessions.NewDevice = i.tell(letter.NewDevice)
	i.sessions.FactorLocked = i.tell(letter.FactorLocked)
	i.sessions.Enrolled = i.tell(letter.MFAEnrolled)
	i.masquerades.SuperuserActed = func(context.Context, *pg.PlatformTx, audit.Person, audit.Person) error { return nil }
	return i, nil
}

// tell is a hook that writes to the session's user.
func (i *people) tell(what letter.What) func(context.Context, pg.PlaceTx, session.Session) error {
	return func(ctx context.Context, tx pg.PlaceTx, s session.Session) error {
		return i.letters.Tell(ctx, tx, s.TenantID, s.UserID, what)
	}
}

// domains lists what declares operations.
func (i *people) domains() []domain {
	return []domain{i.sessions, i.grants, i.masquerades, &audit.Service{DB: i.db}}
}

// derive makes a key for one purpose from the program's secret.
func derive(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
