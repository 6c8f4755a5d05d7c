package session_test

import (
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// TestDeadIDsAreForgottenInTheEnd a few with each sign-in, when no session of their time can be left.
func TestDeadIDsAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	email := person(t, e, role.TenantStaff)
	for hash, age := range map[string]time.Duration{"old" + email: 60 * 24 * time.Hour, "young" + email: 60*24*time.Hour - time.Second} {
		sql(t, `INSERT INTO public.dead_sessions (id_hash, user_id, tenant_id, died_at) SELECT $1::bytea, id, tenant_id, $3 FROM public.users WHERE email = $2`, []byte(hash), email, e.Now().Add(-age))
	}
	signIn(t, e.Public(), email)
	var left string
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT string_agg(convert_from(id_hash, 'UTF8'), ' ') FROM public.dead_sessions WHERE tenant_id = $1`, e.Lease.ID).Scan(&left); err != nil || left != "young"+email {
		t.Errorf("left are %q, %v", left, err)
	}
}
