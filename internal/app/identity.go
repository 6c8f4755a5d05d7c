package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/credential"
	hosts "smoothschedule/internal/identity/domain"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/masquerade"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/people"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/platform/console"
)

// identity is everything about who somebody is and what they may do.
type identity struct {
	log         *audit.Log
	auditKey    []byte
	db          *pg.DB
	factors     *mfa.Service
	letters     *letter.Service
	sessions    *session.Service
	grants      *grant.Service
	masquerades *masquerade.Service
	credentials *credential.Service
	invitations *invitation.Service
	signups     *signup.Service
	users       *people.Service
	console     *console.Service
	hosts       *hosts.Service
}

// newIdentity wires the identity part. Without a data directory nothing is written: the program is wired for its document alone.
func newIdentity(p Parts, db *pg.DB, hasher *account.Hasher, sender mail.Sender, tenants *tenant.Service) (*identity, error) {
	cfg := p.Config
	i := &identity{db: db, auditKey: derive(p.Secret, "audit anchor")}
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
	i.sessions.PasswordLocked = i.tell(letter.PasswordLocked)
	i.sessions.FactorLocked = i.tell(letter.FactorLocked)
	i.sessions.Enrolled = i.tell(letter.MFAEnrolled)
	i.masquerades.SuperuserActed = i.superuserActed
	i.grants.Created = i.grantCreated
	i.wireAccounts(db, hasher, tenants)
	i.hosts = hosts.NewService(db, i.log, tenants, i.grants, i.letters, cfg.BaseDomain, hosts.Resolver{Address: resolverOf(cfg)})
	return i, nil
}

// wireAccounts makes what changes accounts and businesses.
func (i *identity) wireAccounts(db *pg.DB, hasher *account.Hasher, tenants *tenant.Service) {
	i.credentials = credential.NewService(db, hasher, i.factors, i.sessions, i.letters, i.log)
	i.invitations = invitation.NewService(db, hasher, i.sessions, i.letters, i.log)
	i.signups = signup.NewService(db, hasher, i.invitations, i.sessions, i.letters, i.log)
	i.users = people.NewService(db, i.log, i.factors, i.sessions, i.grants)
	i.users.PostReset = i.credentials.PostReset
	i.users.MFAWasReset = func(ctx context.Context, tx pg.PlaceTx, u account.User) error {
		return i.letters.Tell(ctx, tx, u.TenantID, u.ID, letter.MFAReset)
	}
	i.console = console.NewService(db, i.log, tenants, i.sessions, i.grants)
	i.console.StartSignup = i.signups.Start
}

// resolverOf is the DNS server that is asked about businesses' domains.
func resolverOf(cfg config.Config) string {
	if cfg.DNSResolver != "" {
		return cfg.DNSResolver
	}
	return hosts.SystemResolver()
}

// domains lists what declares operations.
func (i *identity) domains() []domain {
	return []domain{
		i.sessions, i.grants, i.masquerades, &audit.Service{DB: i.db}, i.credentials, i.invitations, i.signups, i.users, i.console, i.hosts,
	}
}

// derive makes a key for one purpose from the program's secret.
func derive(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
