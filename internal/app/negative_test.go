package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

// refusal is something that must not be, with the rule that says so.
type refusal struct {
	rule   string
	call   func() apptest.Answer
	status int
	code   string
}

// check makes each call. It must be refused as the rule says, and leave everything as it was: the business's data, its people,
// their sessions, masquerades and grants, and those of the platform's people who take part.
func check(t *testing.T, e *apptest.Env, cast []*apptest.Client, all []refusal) {
	t.Helper()
	state := func() string {
		content := e.Content(t)
		maps.Copy(content, people(t, e, cast))
		return fmt.Sprint(content)
	}
	before := state()
	for _, r := range all {
		a := r.call()
		var p apptest.Problem
		if err := json.Unmarshal(a.Body, &p); err != nil || a.Status != r.status || p.Code != r.code {
			t.Errorf("%s: want %d %s, got %d %s", r.rule, r.status, r.code, a.Status, a.Body)
		}
		if after := state(); after != before {
			t.Errorf("%s: something has changed:\n%s\n%s", r.rule, before, after)
			before = after
		}
	}
	t.Logf("%d rows", len(all))
}

// people is a fingerprint of what the identity part keeps of those who take part.
func people(t *testing.T, e *apptest.Env, cast []*apptest.Client) apptest.Content {
	t.Helper()
	ids := make([]uuid.UUID, len(cast))
	for i, c := range cast {
		ids[i] = c.UserID
	}
	found := apptest.Content{}
	for table, who := range map[string]string{
		"users": "id", "login_sessions": "user_id", "masquerades": "actor_id", "permission_grants": "grantor_id", "handoffs": "",
	} {
		where := "x.tenant_id = $1"
		if who != "" {
			where += " OR x." + who + " = ANY($2)"
		} else {
			where += " AND $2::uuid[] IS NOT NULL"
		}
		var sum string
		err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) || ' rows ' || coalesce(sum(hashtextextended((to_jsonb(x) - 'last_seen_at')::text, 0)::numeric), 0) FROM public.`+table+` x WHERE `+where, e.Lease.ID, ids).Scan(&sum)
		if err != nil {
			t.Fatal(err)
		}
		found[table] = sum
	}
	return found
}

// tenantID is the business's id on the wire.
func tenantID(e *apptest.Env) string { return id.ID[tenant.Tenant](e.Lease.ID).String() }

// raw asks with a Host header as it is.
func raw(t *testing.T, e *apptest.Env, method, host, path string, headers ...string) func() apptest.Answer {
	t.Helper()
	return func() apptest.Answer {
		w := ask(t, e, method, host, path, headers...)
		return apptest.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
	}
}

func TestNegativeHosts(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, su := e.As(role.TenantOwner), e.As(role.Superuser)
	get := func(host string, headers ...string) func() apptest.Answer {
		return raw(t, e, http.MethodGet, host, "/api/v1/me", headers...)
	}
	check(t, e, []*apptest.Client{su}, []refusal{
		{"4d.1.1 userinfo in Host", get("me@" + e.Host()), 400, "bad_host"},
		{"4d.1.1 userinfo with a password in Host", get("me:secret@" + e.Host()), 400, "bad_host"},
		{"4d.1.1 a space in Host", get("a b.localhost"), 400, "bad_host"},
		{"4d.1.1 non-ASCII in Host", get("münchen.localhost"), 400, "bad_host"},
		{"4d.1.1 longer than 253", get(strings.Repeat("a.", 130) + "localhost"), 400, "bad_host"},
		{"4d.1.1 an empty label", get("a..localhost"), 400, "bad_host"},
		{"4d.1.1 a leading dot", get("." + e.Host()), 400, "bad_host"},
		{"4d.1.1 an IPv4 literal", get("127.0.0.1"), 400, "bad_host"},
		{"4d.1.1 an IPv4 literal with a port", get("127.0.0.1:8000"), 400, "bad_host"},
		{"4d.1.1 an IPv6 literal", get("[::1]:8000"), 400, "bad_host"},
		{"4d.1.1 a label longer than 63", get(strings.Repeat("a", 64) + ".localhost"), 400, "bad_host"},
		{"4d.1.1 a slash in Host", get(e.Host() + "/x"), 400, "bad_host"},
		{"4d.1.1 a port that is none", get(e.Host() + ":x"), 400, "bad_host"},
		{"4d.1.1 X-Forwarded-Host is not believed", get("nobody.localhost", "X-Forwarded-Host", e.Host()), 404, "not_found"},
		{"4d.1.1 Forwarded is not believed", get("nobody.localhost", "Forwarded", "host="+e.Host()), 404, "not_found"},
		{"4d.1.2 no wildcard", get("a." + e.Host()), 404, "not_found"},
		{"4d.1.2 a reserved name is nobody's", get("www.localhost"), 404, "not_found"},
		{"4d.1.2 another base domain", get(e.Lease.Slug + ".evil.test"), 404, "not_found"},
		{"4d.1.3 an unknown host", get("nobody.localhost"), 404, "not_found"},
		{"4d.1.4 platform routes on a tenant's host", func() apptest.Answer { return owner.GET("/platform/tenants") }, 404, "not_found"},
		{"4d.1.4 platform routes on a tenant's host, by a superuser", func() apptest.Answer { return su.At(e.Host()).GET("/platform/tenants") }, 404, "not_found"},
		{"4d.1.4 a tenant's routes on the platform's host", func() apptest.Answer { return su.GET("/resources") }, 404, "not_found"},
		{"4d.1.4 a tenant's routes on the apex", func() apptest.Answer { return owner.At(apexHost).GET("/resources") }, 404, "not_found"},
		{"4d.1.4 signing in on the apex", func() apptest.Answer {
			return e.On(apexHost).POST("/auth/login", apptest.Map{"email": "a@b.test", "password": "x"})
		}, 404, "not_found"},
		{"4d.1.4 signing up on a tenant's host", func() apptest.Answer { return e.Public().POST("/signup", apptest.Map{}) }, 404, "not_found"},
		{"4d.1.4 a hand-off on the platform's host", func() apptest.Answer { return e.On(platformHost).POST("/session/handoff", apptest.Map{"code": "x"}) }, 404, "not_found"},
		{"4d.1.5 a platform session on a tenant's host", func() apptest.Answer { return su.At(e.Host()).GET("/me") }, 401, "unauthenticated"},
		{"4d.1.5 a tenant's session on the platform's host", func() apptest.Answer { return owner.At(platformHost).GET("/me") }, 401, "session_cleared"},
		{"4d.2 another site's request", raw(t, e, http.MethodPost, e.Host(), "/api/v1/auth/logout", "Origin", "https://evil.test"), 403, "bad_origin"},
		{"4d.2 another tenant's request", raw(t, e, http.MethodPost, e.Host(), "/api/v1/auth/logout", "Sec-Fetch-Site", "same-site"), 403, "bad_origin"},
	})
}

func TestNegativeAuthentication(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, pending, inactive, locked := e.As(role.TenantOwner), e.As(role.TenantOwner, apptest.Pending), e.As(role.TenantStaff, apptest.Inactive), e.As(role.TenantStaff, apptest.Locked)
	old := e.As(role.TenantOwner, apptest.SignedInAgo(30*time.Minute))
	with := func(cookie string) *apptest.Client { return e.Public().With("Cookie", cookie) }
	post := func(c *apptest.Client, path string, body any) func() apptest.Answer {
		return func() apptest.Answer { return c.POST(path, body) }
	}
	get := func(c *apptest.Client, path string) func() apptest.Answer {
		return func() apptest.Answer { return c.GET(path) }
	}
	check(t, e, nil, []refusal{
		{"4d.2 no session", get(e.Public(), "/me"), 401, "unauthenticated"},
		{"4d.2 an empty cookie", get(with("__Host-ss_session="), "/me"), 401, "unauthenticated"},
		{"4d.2 a cookie that never was", get(with("__Host-ss_session="+strings.Repeat("A", 43)), "/me"), 401, "unauthenticated"},
		{"4d.2 an oversized cookie", get(with("__Host-ss_session="+strings.Repeat("A", 5000)), "/me"), 401, "unauthenticated"},
		{"4d.2 a cookie without its prefix", get(with("ss_session="+strings.Repeat("A", 43)), "/me"), 401, "unauthenticated"},
		{"4d.2 a token in a header", get(e.Public().With("Authorization", "Bearer "+strings.Repeat("A", 43)), "/me"), 401, "unauthenticated"},
		{"4d.3.2 a deactivated user's session", get(inactive, "/me"), 401, "unauthenticated"},
		{"4d.3.2 a locked user's session", get(locked, "/me"), 401, "unauthenticated"},
		{"4d.3.5 a pending session", get(pending, "/me"), 401, "mfa_required"},
		{"4d.3.5 a pending session's list of sessions", get(pending, "/me/sessions"), 401, "mfa_required"},
		{"4d.3.5 a pending session's new password", post(pending, "/me/password", apptest.Map{"current": "x", "password": "y"}), 401, "mfa_required"},
		{"4d.3.5 a pending session's proof by password", post(pending, "/auth/reauth", apptest.Map{"password": "x"}), 401, "mfa_required"},
		{"4d.2 a new address without a recent sign-in", post(old, "/me/email", apptest.Map{"email": "new@people.test"}), 403, "reauth_required"},
		{"4d.2 recovery codes without a recent sign-in", post(old, "/me/mfa/recovery-codes", nil), 403, "reauth_required"},
		{"4d.5 an app set up without a recent sign-in", post(old, "/auth/mfa/totp/enroll", nil), 403, "reauth_required"},
		{"4d.5 a passkey set up without a recent sign-in", post(old, "/auth/mfa/passkey/enroll/options", nil), 403, "reauth_required"},
		{"4d.5 a code of somebody signed in", post(owner, "/auth/mfa/totp", apptest.Map{"code": "000000"}), 409, "state_conflict"},
		{"4d.5 a set-up that was not begun", post(owner, "/auth/mfa/totp/confirm", apptest.Map{"code": "000000"}), 409, "state_conflict"},
		{"4d.5 recovery codes without a factor", post(owner, "/me/mfa/recovery-codes", nil), 409, "mfa_not_enrolled"},
		{"4d.2 a form instead of JSON", post(e.Public().With("Content-Type", "application/x-www-form-urlencoded"), "/auth/login", "email=a"), 415, "unsupported_media_type"},
		{"4d.2 no change by GET: log-in", get(e.Public(), "/auth/login"), 405, "method_not_allowed"},
		{"4d.2 no change by GET: log-out", get(owner, "/auth/logout"), 405, "method_not_allowed"},
		{"4d.6 a reset link that never was", post(e.Public(), "/auth/reset/confirm", apptest.Map{"token": strings.Repeat("A", 43), "password": "a long pass phrase of mine"}), 410, "link_expired"},
		{"4d.7 an invitation that never was", post(e.Public(), "/auth/invitation/look", apptest.Map{"token": strings.Repeat("A", 43)}), 410, "link_expired"},
		{"4d.8 an address that nobody asked for", post(e.Public(), "/auth/email/confirm", apptest.Map{"token": strings.Repeat("A", 43)}), 410, "link_expired"},
		{"4d.2 another's session ended", post(owner, "/me/sessions/ses_01k9m7e6xhf8ktexm2q2ggx7zp/end", nil), 404, "not_found"},
	})
}

func TestNegativeMasquerades(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su, pm, sales, support := e.As(role.Superuser), e.As(role.PlatformManager), e.As(role.PlatformSales), e.As(role.PlatformSupport)
	owner, manager, staff, customer := e.As(role.TenantOwner), e.As(role.TenantManager), e.As(role.TenantStaff), e.As(role.Customer)
	cast := []*apptest.Client{su, pm, sales, support}
	start := func(c *apptest.Client, subject *apptest.Client, more ...apptest.Map) func() apptest.Answer {
		return func() apptest.Answer {
			body := apptest.Map{"user_id": subject.ID(), "reason": "A ticket about a booking"}
			for _, m := range more {
				maps.Copy(body, m)
			}
			return c.POST("/masquerade", body)
		}
	}
	late, half := e.As(role.PlatformSupport, apptest.SignedInAgo(31*time.Minute)), e.As(role.PlatformSupport, apptest.Pending)
	acting := e.As(role.PlatformSupport)
	begun := acting.POST("/masquerade", apptest.Map{"user_id": owner.ID(), "reason": "A ticket about a booking"}).Want(t, http.StatusCreated)
	parent := acting.Continue(begun, platformHost)
	to := apptest.Into[struct {
		RedirectURL string `json:"redirect_url"`
	}](t, begun, http.StatusCreated).RedirectURL
	_, code, _ := strings.Cut(to, "#")
	child := acting.Continue(e.Public().POST("/session/handoff", apptest.Map{"code": code}).Want(t, http.StatusOK), e.Host())
	post := func(c *apptest.Client, path string, body any) func() apptest.Answer {
		return func() apptest.Answer { return c.POST(path, body) }
	}
	check(t, e, append(cast, late, half, acting), []refusal{
		{"4a.2.1 without a session", start(e.Public(), staff), 401, "unauthenticated"},
		{"4a.2.1 second factor pending", start(half, staff), 403, "bad_channel"},
		{"4a.2.3 within a masquerade", start(child, staff), 409, "depth"},
		{"4a.2.4 beside another one", start(parent, staff), 409, "already_masquerading"},
		{"4a.2.5 oneself", start(su, su), 403, "self"},
		{"4a.2.6 an owner, another business's staff", start(owner, other.As(role.TenantStaff)), 404, "not_found"},
		{"4a.2.6 an owner, the platform's people", start(owner, support), 404, "not_found"},
		{"4a.2.6 sales, a real customer", start(sales, customer), 404, "not_found"},
		{"4a.2.6 sales, a real owner", start(sales, owner), 404, "not_found"},
		{"4a.2.6 sales, a colleague", start(sales, support), 404, "not_found"},
		{"4a.2.6 a customer, staff", start(customer, staff), 404, "not_found"},
		{"4a.2.7 a deactivated subject", start(su, e.As(role.TenantStaff, apptest.Inactive)), 403, "target_inactive"},
		{"4a.2.7 a locked subject", start(support, e.As(role.TenantOwner, apptest.Locked)), 403, "target_inactive"},
		{"4a.2.8 support, a superuser", start(support, su), 403, "target_superuser"},
		{"4a.2.8 a manager, a superuser", start(pm, su), 403, "target_superuser"},
		{"4a.2.9 support, a platform manager", start(support, pm), 403, "matrix"},
		{"4a.2.9 support, sales", start(support, sales), 403, "matrix"},
		{"4a.2.9 a manager, an owner", start(pm, owner), 403, "matrix"},
		{"4a.2.9 a manager, a customer", start(pm, customer), 403, "matrix"},
		{"4a.2.9 an owner, a manager", start(owner, manager), 403, "matrix"},
		{"4a.2.9 an owner, a co-owner", start(owner, e.As(role.TenantOwner)), 403, "matrix"},
		{"4a.2.9 an owner, a customer", start(owner, customer), 403, "matrix"},
		{"4a.2.9 a manager of a business, staff", start(manager, staff), 403, "matrix"},
		{"4a.2.9 staff, a customer", start(staff, customer), 403, "matrix"},
		{"4a.2.10 a user of the sandbox", start(su, e.As(role.TenantStaff, apptest.Sandbox)), 403, "mode"},
		{"4a.2.11 signed in too long ago", start(late, staff), 403, "reauth_required"},
		{"4a.2.12 without a reason", start(support, staff, apptest.Map{"reason": ""}), 422, "reason_required"},
		{"4a.3 to return without acting", post(support, "/masquerade/release", nil), 409, "not_masquerading"},
		{"4a.3 to start by GET", func() apptest.Answer { return su.GET("/masquerade") }, 405, "method_not_allowed"},
		{"4a.3 to return by GET", func() apptest.Answer { return child.GET("/masquerade/release") }, 405, "method_not_allowed"},
		{"4a.3 may one act as whom one can't know", func() apptest.Answer { return owner.GET("/masquerade/can?user_id=" + su.ID()) }, 404, "not_found"},
		{"4a.4.2 a used code", post(e.Public(), "/session/handoff", apptest.Map{"code": code}), 401, "unauthenticated"},
		{"4a.4.2 a code that never was", post(e.Public(), "/session/handoff", apptest.Map{"code": strings.Repeat("A", 43)}), 401, "unauthenticated"},
		{"4a.4.3 the actor's other work", func() apptest.Answer { return parent.GET("/platform/tenants") }, 409, "masquerade_active"},
		{"4a.4.3 the actor's grants", func() apptest.Answer { return parent.GET("/grants") }, 409, "masquerade_active"},
		{"4a.4.9 the id from before the start", func() apptest.Answer { return acting.GET("/me") }, 401, "unauthenticated"},
		{"4a.4 the child on the platform's host", func() apptest.Answer { return child.At(platformHost).GET("/me") }, 401, "session_cleared"},
		{"4a.4 the child on another business's host", func() apptest.Answer { return child.At(other.Host()).GET("/me") }, 401, "unauthenticated"},
		{"4a.4.2 the actor's own on the business's host", func() apptest.Answer { return parent.At(e.Host()).GET("/me") }, 401, "unauthenticated"},
		{"4a.6 a new password", post(child, "/me/password", apptest.Map{"current": "x", "password": "y"}), 403, "forbidden_while_masquerading"},
		{"4a.6 a new address", post(child, "/me/email", apptest.Map{"email": "a@b.test"}), 403, "forbidden_while_masquerading"},
		{"4a.6 a second factor", post(child, "/auth/mfa/totp/enroll", nil), 403, "forbidden_while_masquerading"},
		{"4a.6 recovery codes", post(child, "/me/mfa/recovery-codes", nil), 403, "forbidden_while_masquerading"},
		{"4a.6 the subject's sessions", func() apptest.Answer { return child.GET("/me/sessions") }, 403, "forbidden_while_masquerading"},
		{"4a.6 the subject's other sessions ended", post(child, "/me/sessions/end-others", nil), 403, "forbidden_while_masquerading"},
		{"4a.6 a grant", post(child, "/grants", apptest.Map{}), 403, "forbidden_while_masquerading"},
		{"4a.6 an invitation", post(child, "/invitations", apptest.Map{}), 403, "forbidden_while_masquerading"},
		{"4a.6 a deactivation", post(child, "/people/"+staff.ID()+"/deactivate", apptest.Map{}), 403, "forbidden_while_masquerading"},
		{"4a.6 a role", func() apptest.Answer {
			return child.PATCH("/people/"+staff.ID(), apptest.Map{"role": "TENANT_MANAGER"})
		}, 403, "forbidden_while_masquerading"},
	})
}
