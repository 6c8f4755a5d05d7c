package grant_test

import (
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

const reason = "The owner is on holiday"

// granted is a grant as the API answers it.
type granted struct {
	ID           string     `json:"id"`
	TenantID     *string    `json:"tenant_id"`
	Action       string     `json:"action"`
	Reason       string     `json:"reason"`
	Status       string     `json:"status"`
	StartsAt     time.Time  `json:"starts_at"`
	ExpiresAt    time.Time  `json:"expires_at"`
	RevokedAt    *time.Time `json:"revoked_at"`
	RevokeReason *string    `json:"revoke_reason"`
	LastUsedAt   *time.Time `json:"last_used_at"`
	UseCount     int        `json:"use_count"`
	Grantor      party      `json:"grantor"`
	Grantee      party      `json:"grantee"`
	RevokedBy    *party     `json:"revoked_by"`
}

type party struct {
	ID string `json:"id"`
}

type list struct {
	Data []granted `json:"data"`
}

// tenantID is the business's id on the wire.
func tenantID(e *apptest.Env) string { return id.ID[tenant.Tenant](e.Lease.ID).String() }

// ask is what it takes to grant; more may change it.
func ask(e *apptest.Env, action string, to *apptest.Client, more ...apptest.Map) apptest.Map {
	body := apptest.Map{"grantee_id": to.ID(), "action": action, "reason": reason, "tenant_id": tenantID(e)}
	for _, m := range more {
		for k, v := range m {
			body[k] = v
			if v == nil {
				delete(body, k)
			}
		}
	}
	return body
}

// give grants, which must succeed.
func give(t *testing.T, e *apptest.Env, from *apptest.Client, action string, to *apptest.Client, more ...apptest.Map) granted {
	t.Helper()
	return apptest.Into[granted](t, from.POST("/grants", ask(e, action, to, more...)), http.StatusCreated)
}

// now is the grant as the person sees it now.
func now(t *testing.T, who *apptest.Client, key string) granted {
	t.Helper()
	for _, g := range apptest.Into[list](t, who.GET("/grants?limit=200"), http.StatusOK).Data {
		if g.ID == key {
			return g
		}
	}
	t.Fatalf("%s is not in the list", key)
	return granted{}
}

// sql runs a statement behind everybody's back.
func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// count is the number that a query answers.
func count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// recorded counts the entries of the audit about a grant.
func recorded(t *testing.T, action, key string) int {
	t.Helper()
	return count(t, `SELECT count(*) FROM public.audit_log WHERE action = $1 AND line::jsonb->>'grant_id' = $2`, action, key)
}

var morning = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// at sets the clock of the program to d after the morning.
func at(e *apptest.Env, d time.Duration) { e.At(morning.Add(d).Format(time.RFC3339Nano)) }
