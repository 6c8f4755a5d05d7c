package account_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

const password = "correct horse battery staple"

var hasher = sync.OnceValue(account.NewHasher)

func service(t *testing.T) *account.Service {
	t.Helper()
	h := hasher()
	return account.NewService(pgtest.DB(t), h)
}

func TestBadInputNamesItsFields(t *testing.T) {
	t.Parallel()
	fine := account.New{Name: "Ann", Email: "ann@people.test", Role: role.TenantOwner, Password: password}
	for _, c := range []struct {
		change func(*account.New)
		want   string // "" is fine
	}{
		{func(*account.New) {}, ""},
		{func(n *account.New) { n.Email = " ANN@People.test " }, ""},
		{func(n *account.New) { n.Email = "" }, "body.email"},
		{func(n *account.New) { n.Email = "ann" }, "body.email"},
		{func(n *account.New) { n.Email = "Ann <ann@people.test>" }, "body.email"},
		{func(n *account.New) { n.Email = "ann@people.test, ben@people.test" }, "body.email"},
		{func(n *account.New) { n.Email = "ann@people.test\r\nBcc: ben@people.test" }, "body.email"},
		{func(n *account.New) { n.Email = strings.Repeat("a", 250) + "@b.test" }, "body.email"},
		{func(n *account.New) { n.Name = " \t" }, "body.name"},
		{func(n *account.New) { n.Name = strings.Repeat("ä", 200) }, ""},
		{func(n *account.New) { n.Name = strings.Repeat("ä", 201) }, "body.name"},
		{func(n *account.New) { n.Password = strings.Repeat("ä", 14) }, "body.password"},
		{func(n *account.New) { n.Password = strings.Repeat("ä", 15) }, ""},
		{func(n *account.New) { n.Password = strings.Repeat("😀", 128) }, ""},
		{func(n *account.New) { n.Password = strings.Repeat("a", 129) }, "body.password"},
		{func(n *account.New) { n.Role = "BOSS" }, "body.role"},
		{func(n *account.New) { n.Role = "" }, "body.role"},
	} {
		n := fine
		c.change(&n)
		bad := n.Problems()
		if ok := len(bad) == 0; ok != (c.want == "") || !ok && (len(bad) > 1 || bad[0].Location != c.want || bad[0].Message == "") {
			t.Errorf("%+v: want a message about %q, got %+v", n, c.want, bad)
		}
	}
}

func TestTheFourTenantRolesHaveATenantAndThePlatformsNever(t *testing.T) {
	t.Parallel()
	tenantID := uuid.New()
	for _, r := range role.All() {
		n := account.New{Name: "Ann", Email: "ann@people.test", Role: r, Password: password}
		want := "tenant_required"
		if r.IsPlatform() {
			n.TenantID, want = &tenantID, "tenant_forbidden"
		}
		_, err := service(t).Create(t.Context(), n)
		if f := fault.As(err); f == nil || f.Code != want || f.Kind != fault.Invalid || !strings.Contains(f.Detail, string(r)) {
			t.Errorf("%s: want 422 %s naming the role, got %v", r, want, err)
		}
	}
}

func TestAnAddressHasOneAccountPerPlace(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	s := service(t)
	email := uuid.NewString() + "@people.test"
	n := account.New{TenantID: &a.ID, Name: "Ann", Email: email, Role: role.Customer, Password: password}
	first, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	n.Email = strings.ToUpper(email)
	if _, err := s.Create(t.Context(), n); !errors.Is(err, account.ErrTaken) {
		t.Errorf("the same address again: want ErrTaken, got %v", err)
	}
	if again, err := s.CreateOnce(t.Context(), n); err != nil || again.ID != first.ID {
		t.Errorf("CreateOnce: want the first user, got %+v, %v", again, err)
	}
	n.TenantID = &b.ID
	if other, err := s.Create(t.Context(), n); err != nil || other.ID == first.ID || other.Email != email {
		t.Errorf("in another tenant: %+v, %v", other, err)
	}
}

func TestOnlyThePasswordsHashIsKept(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	if _, err := service(t).Create(t.Context(), account.New{TenantID: &lease.ID, Name: "Ann", Email: "ann@people.test", Role: role.Customer, Password: password}); err != nil {
		t.Fatal(err)
	}
	var row string
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT u::text FROM public.users u WHERE tenant_id = $1`, lease.ID).Scan(&row); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row, password) || !strings.Contains(row, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the row is %s", row)
	}
}

func TestPasswordsMatchInAnyUnicodeForm(t *testing.T) {
	t.Parallel()
	h := hasher()
	const composed, decomposed = "caf\u00e9 au lait, please", "cafe\u0301 au lait, please"
	hash, err := h.Hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password, hash string
		want           bool
	}{
		{composed, hash, true}, {decomposed, hash, true}, {composed + " ", hash, false}, {"", hash, false}, {composed, "", false}, {"nobody has this password", "", false},
	} {
		if got, err := h.Matches(t.Context(), c.password, c.hash); err != nil || got != c.want {
			t.Errorf("%q against %q: %t, %v, want %t", c.password, c.hash, got, err, c.want)
		}
	}
}

func TestATenantKnowsItsOwnUsersAlone(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	u, err := service(t).Create(t.Context(), account.New{TenantID: &a.ID, Name: "Ann", Email: "ann@people.test", Role: role.Customer, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	missing := id.New[account.User]()
	for _, c := range []struct {
		in   pg.Tenant
		user *id.ID[account.User]
		want bool
	}{{a.Live, &u.ID, true}, {a.Sandbox, &u.ID, false}, {b.Live, &u.ID, false}, {a.Live, &missing, false}, {a.Live, nil, true}} {
		err := pgtest.DB(t).InTenantRO(t.Context(), c.in, func(tx *pg.TenantTx) error {
			if got, err := account.Known(t.Context(), tx, c.user); err != nil || got != c.want {
				t.Errorf("%s knows %v: %t, %v, want %t", c.in.Schema, c.user, got, err, c.want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDemoUsersAreCounted(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	s := service(t)
	before, err := s.DemoUsers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"owner@demo.test", "somebody@example.test"} {
		if _, err := s.Create(t.Context(), account.New{TenantID: &lease.ID, Name: "Ann", Email: email, Role: role.Customer, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	if after, err := s.DemoUsers(t.Context()); err != nil || after != before+1 {
		t.Errorf("%d demo users after %d, %v: want one more", after, before, err)
	}
}

func TestACancelledRequestDoesNotWaitForAHash(t *testing.T) {
	t.Parallel()
	h := account.NewHasher()
	defer account.Fill(h, 0)()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, password); !errors.Is(err, context.Canceled) {
		t.Errorf("want to hear that the caller is gone, got %v", err)
	}
}

func TestAFullQueueOfHashesIsBusy(t *testing.T) {
	t.Parallel()
	h := account.NewHasher()
	empty := account.Fill(h, 50)
	_, err := h.Matches(t.Context(), password, "")
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("want 503 with Retry-After, got %v", err)
	}
	empty()
	if _, err := h.Matches(t.Context(), password, ""); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
