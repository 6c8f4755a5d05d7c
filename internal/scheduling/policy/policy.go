package policy

import (
	"context"
	"encoding/json"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/service"
)

// Policy is the terms in force for a service, or for all that have none of their own.
type Policy struct {
	Terms     Terms `json:"terms"`
	Inherited bool  `json:"inherited" doc:"Whether they are not its own: the business's, or what holds where nobody has said anything."`
	Version   int   `json:"version" doc:"Grows with each change of its own terms, and of the business's that it may inherit; 0 where nobody has said anything."`
}

// ObjectVersion is the version that conditional requests are about.
func (p Policy) ObjectVersion() int { return p.Version }

// Service is the domain.
type Service struct{ Customers *customer.Service }

// For returns the terms in force for a service, in one query.
func (s *Service) For(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) (Terms, error) {
	p, err := s.Get(ctx, tx, &key)
	return p.Terms, err
}

// Get returns what is in force for a service, or for nil what the business has for all.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service]) (Policy, error) {
	row, err := inForce(ctx, tx, key)
	if err != nil {
		return Policy{}, err
	}
	p := Policy{Terms: Default(), Inherited: row.Inherited, Version: row.Version}
	return p, json.Unmarshal(row.Terms, &p.Terms)
}

// Set makes terms those of a service, or for nil of the business. Appointments keep what was agreed at booking.
func (s *Service) Set(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service], t Terms) (Policy, error) {
	if bad := t.Problems("body"); bad != nil {
		return Policy{}, fault.Validation(bad...)
	}
	if err := s.lock(ctx, tx, key); err != nil {
		return Policy{}, err
	}
	if err := put(ctx, tx, key, t.clean()); err != nil {
		return Policy{}, err
	}
	return s.Get(ctx, tx, key)
}

// Unset takes a service back to the business's terms.
func (s *Service) Unset(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) error {
	if err := s.lock(ctx, tx, &key); err != nil {
		return err
	}
	return remove(ctx, tx, key)
}

// lock keeps two changes of one policy apart, and compares versions: the second sees what the first wrote.
func (s *Service) lock(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service]) error {
	if key != nil {
		if err := lockService(ctx, tx, *key); err != nil {
			return err
		}
	} else if err := lockDefault(ctx, tx); err != nil {
		return err
	}
	was, err := s.Get(ctx, tx, key)
	if err != nil {
		return err
	}
	return api.CheckVersion(ctx, was.Version)
}

// Read is a policy as customers read it before they book.
type Read struct {
	Terms   Terms    `json:"terms"`
	Summary []string `json:"summary" doc:"The same in sentences."`
}

// ReadPublic says the terms of a service that customers know.
func (s *Service) ReadPublic(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) (Read, error) {
	price, err := pg.Found(priceOf(ctx, tx, key))
	if err != nil {
		return Read{}, err
	}
	t, err := s.For(ctx, tx, key)
	return Read{t, t.Summary(price)}, err
}
