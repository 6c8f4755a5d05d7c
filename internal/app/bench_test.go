package app_test

import (
	"context"
	"testing"
	"time"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// BenchmarkCreateTenant makes a business with its live and its sandbox schema, as `tenant create` does.
func BenchmarkCreateTenant(b *testing.B) {
	m, err := migrate.New(pgtest.Owner(b))
	if err != nil {
		b.Fatal(err)
	}
	tenants := tenant.NewService(pg.New(pgtest.App(b), time.Now), "localhost")
	var made []tenant.Tenant
	b.Cleanup(func() {
		for _, t := range made {
			forgetTenant(b, m, t)
		}
	})
	for b.Loop() {
		t, err := tenants.Create(b.Context(), m, tenant.New{Slug: pgtest.Slug(), Name: "Bench", Currency: "EUR"})
		if err != nil {
			b.Fatal(err)
		}
		made = append(made, t)
	}
}

func forgetTenant(b *testing.B, m *migrate.Migrator, t tenant.Tenant) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	for _, of := range []func() (pg.Tenant, error){t.Live, t.Sandbox} {
		scope, err := of()
		if err == nil {
			err = m.Drop(ctx, scope)
		}
		if err == nil {
			_, err = pgtest.Super(b).Exec(ctx, "DROP OWNED BY "+scope.Schema+"; DROP ROLE "+scope.Schema)
		}
		if err != nil {
			b.Error(err)
		}
	}
	if err := m.Forget(ctx, t.ID.UUID()); err != nil {
		b.Error(err)
	}
}
