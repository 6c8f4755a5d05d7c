package tenant_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pgtest"
)

// create makes a tenant and removes it with its roles at the end.
func create(t *testing.T, s *tenant.Service, n tenant.New) tenant.Tenant {
	t.Helper()
	m, err := migrate.New(pgtest.Owner(t))
	if err != nil {
		t.Fatal(err)
	}
	made, err := s.Create(t.Context(), m, n)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remove(t, m, made) })
	return made
}

func remove(t *testing.T, m *migrate.Migrator, made tenant.Tenant) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	err := tenant.NewService(nil, "localhost").Remove(ctx, m, made)
	_, err2 := pgtest.Super(t).Exec(ctx, `DROP ROLE `+made.Schema+`, sandbox_`+strings.TrimPrefix(made.Schema, "tenant_"))
	if err := errors.Join(err, err2); err != nil {
		t.Error(err)
	}
}

func TestCreateMakesBothSchemasFromTheSlug(t *testing.T) {
	t.Parallel()
	s := tenant.NewService(pgtest.DB(t), "localhost")
	slug := pgtest.Slug()
	made := create(t, s, tenant.New{Slug: slug + "-x-1", Name: "  Hair & Co  ", Currency: "EUR"})
	schema := "tenant_" + slug + "_x_1"
	if made.Schema != schema || made.Name != "Hair & Co" || made.Status != "ACTIVE" || made.Tier != "FREE" || made.IsDemo || made.Version != 1 {
		t.Errorf("made %+v", made)
	}
	rows, err := pgtest.Owner(t).Query(t.Context(), `SELECT schema || ' ' || mode || ' ' || state FROM public.tenant_schemas WHERE tenant_id = $1 ORDER BY mode`, made.ID.UUID())
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if want := []string{schema + " live READY", "sandbox_" + slug + "_x_1 test READY"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the registry says %v, %v, want %v", got, err, want)
	}
}

func TestATakenSlugIsAConflictAndHurtsNobody(t *testing.T) {
	t.Parallel()
	s := tenant.NewService(pgtest.DB(t), "localhost")
	slug := pgtest.Slug()
	first := create(t, s, tenant.New{Slug: slug + "-a", Name: "First", Currency: "EUR"})
	m, err := migrate.New(pgtest.Owner(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), m, tenant.New{Slug: slug + "-a", Name: "Second", Currency: "EUR"}); !errors.Is(err, tenant.ErrTaken) {
		t.Errorf("want ErrTaken, got %v", err)
	}
	if got, err := s.BySlug(t.Context(), slug+"-a"); err != nil || got.ID != first.ID {
		t.Errorf("the first tenant: %+v, %v", got, err)
	}
}

func TestBadInputNamesItsFields(t *testing.T) {
	t.Parallel()
	s := tenant.NewService(pgtest.DB(t), "localhost")
	for want, inputs := range map[string][]tenant.New{
		"body.slug": {
			{Slug: ""},
			{Slug: "ab"},
			{Slug: "1ab"},
			{Slug: "-ab"},
			{Slug: "abc-"},
			{Slug: "Abc"},
			{Slug: "a_b"},
			{Slug: "a.b"},
			{Slug: "äbc"},
			{Slug: "abc\n"},
			{Slug: strings.Repeat("a", 41)},
			{Slug: "platform"},
			{Slug: "api"},
			{Slug: "www"},
			{Slug: "localhost"},
			{Slug: "sandbox"},
			{Slug: "smoothschedule"},
			{Slug: "xn--abc"},
		},
		"body.name":     {{Name: " "}, {Name: strings.Repeat("n", 201)}},
		"body.currency": {{Currency: ""}, {Currency: "eur"}, {Currency: "EURO"}, {Currency: "ZZZ"}, {Currency: "€"}},
	} {
		for _, n := range inputs {
			if n.Slug == "" && want != "body.slug" {
				n.Slug = "fine"
			}
			if n.Name == "" && want != "body.name" {
				n.Name = "Fine"
			}
			if n.Currency == "" && want != "body.currency" {
				n.Currency = "EUR"
			}
			_, err := s.Create(t.Context(), nil, n) // nothing is made, so no migrator is asked
			if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Location != want {
				t.Errorf("%+v: want one message about %s, got %v", n, want, err)
			}
		}
	}
}

func TestSalesSeesDemosAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := tenant.NewService(pgtest.DB(t), "localhost")
	demo := create(t, s, tenant.New{Slug: pgtest.Slug(), Name: "A demo", Currency: "EUR", IsDemo: true})
	for r, wantReal := range map[role.Role]bool{role.Superuser: true, role.PlatformManager: true, role.PlatformSupport: true, role.PlatformSales: false} {
		list := apptest.Into[struct {
			Data []struct {
				Slug   string `json:"slug"`
				Name   string `json:"name"`
				Tier   string `json:"tier"`
				Status string `json:"status"`
				IsDemo bool   `json:"is_demo"`
			} `json:"data"`
		}](t, e.As(r).GET("/platform/tenants?limit=200"), 200)
		hasDemo, hasReal := false, false
		for _, row := range list.Data {
			hasDemo = hasDemo || row.Slug == demo.Slug && row.IsDemo && row.Tier == "FREE" && row.Status == "ACTIVE"
			hasReal = hasReal || !row.IsDemo
		}
		if !hasDemo || hasReal != wantReal {
			t.Errorf("%s: sees the demo %t, real ones %t, want true and %t", r, hasDemo, hasReal, wantReal)
		}
	}
}
