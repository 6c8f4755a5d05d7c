package masquerade_test

import (
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestCodesAreForgottenAfterADay to the second: until then a second use is told from nonsense.
func TestCodesAreForgottenAfterADay(t *testing.T) {
	e := apptest.New(t)
	at(e, 0)
	begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantManager))
	left := func(age time.Duration) int {
		t.Helper()
		sql(t, `UPDATE public.handoffs SET expires_at = $2 WHERE tenant_id = $1`, e.Lease.ID, morning.Add(-age))
		if err := e.App.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		return count(t, `SELECT count(*) FROM public.handoffs WHERE tenant_id = $1`, e.Lease.ID)
	}
	if n := left(24*time.Hour - time.Second); n != 1 {
		t.Errorf("%d codes are left before", n)
	}
	if n := left(24 * time.Hour); n != 0 {
		t.Errorf("%d codes are left after", n)
	}
}
