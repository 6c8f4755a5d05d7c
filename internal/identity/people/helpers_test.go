package people_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// user is a person as the lists show them.
type user struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Email       string    `json:"email"`
	Role        role.Role `json:"role"`
	Status      string    `json:"status"`
	Switches    []string  `json:"switches"`
	MFAEnrolled bool      `json:"mfa_enrolled"`
	CreatedAt   *string   `json:"created_at"`
	Tenant      *struct {
		Slug string `json:"slug"`
	} `json:"tenant"`
	Can struct {
		ChangeRole    []role.Role `json:"change_role"`
		Deactivate    bool        `json:"deactivate"`
		Reactivate    bool        `json:"reactivate"`
		ResetPassword bool        `json:"reset_password"`
		ResetMFA      bool        `json:"reset_mfa"`
		EndSessions   bool        `json:"end_sessions"`
		SetSwitches   bool        `json:"set_switches"`
		Masquerade    bool        `json:"masquerade"`
	} `json:"can"`
}

type page struct {
	Data       []user  `json:"data"`
	NextCursor *string `json:"next_cursor"`
}

// at is where a caller finds people.
func at(c *apptest.Client) string {
	if c.Role.IsPlatform() {
		return "/platform/users"
	}
	return "/people"
}

// everybody follows the pages of a list.
func everybody(t *testing.T, c *apptest.Client, query string) (all []user) {
	t.Helper()
	cursor := ""
	for {
		p := apptest.Into[page](t, c.GET(at(c)+"?limit=200"+query+cursor), http.StatusOK)
		all = append(all, p.Data...)
		if p.NextCursor == nil {
			return all
		}
		cursor = "&cursor=" + *p.NextCursor
	}
}

func get(t *testing.T, c, whom *apptest.Client) user {
	t.Helper()
	return apptest.Into[user](t, c.GET(at(c)+"/"+whom.ID()), http.StatusOK)
}

func do(c, whom *apptest.Client, verb string) apptest.Answer {
	return c.POST(at(c)+"/"+whom.ID()+"/"+verb, nil)
}

func change(c, whom *apptest.Client, body apptest.Map) apptest.Answer {
	return c.PATCH(at(c)+"/"+whom.ID(), body)
}

// demo makes the test's business a demo, until the test ends.
func demo(t *testing.T, e *apptest.Env) {
	t.Helper()
	sql(t, `UPDATE public.tenants SET is_demo = true WHERE id = $1`, e.Lease.ID)
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// number is the one number that a query returns.
func number(t *testing.T, text string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// recorded counts the audit's rows about somebody.
func recorded(t *testing.T, action string, by, about *apptest.Client) int {
	t.Helper()
	return number(t, `SELECT count(*) FROM public.audit_log WHERE action = $1 AND actor_id = $2 AND subject_id = $3 AND result = 'allowed'`, action, by.UserID, about.UserID)
}

// codeOf is the code of a problem.
func codeOf(a apptest.Answer) string {
	var p apptest.Problem
	_ = json.Unmarshal(a.Body, &p)
	return p.Code
}
