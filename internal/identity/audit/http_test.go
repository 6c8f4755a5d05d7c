package audit_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// shown is an entry as the API answers it.
type shown struct {
	ID      string         `json:"id"`
	Chain   string         `json:"chain"`
	Actor   party          `json:"actor"`
	Subject party          `json:"subject"`
	Tenant  business       `json:"tenant"`
	Reason  *string        `json:"reason"`
	Details map[string]any `json:"details"`
}

type party struct {
	ID    *string `json:"id"`
	Email *string `json:"email"`
}

type business struct {
	Slug string `json:"slug"`
}

type list struct {
	Data       []shown `json:"data"`
	NextCursor *string `json:"next_cursor"`
}

// ask calls the API as somebody, on a host.
func ask(t *testing.T, host api.Host, who authz.Actor, target string) *httptest.ResponseRecorder {
	t.Helper()
	guard := api.Guard{
		Authenticate: func(_ http.ResponseWriter, r *http.Request, _ api.Op) (context.Context, error) {
			return authz.NewContext(r.Context(), who), nil
		},
		Denied: func(context.Context, api.Op) {},
		Record: func(context.Context, pg.Tx, api.Call) error { return nil },
	}
	db := database(t)
	srv := api.New(db, []byte("a key of the tests"), guard)
	(&audit.Service{DB: db}).Register(srv)
	r := httptest.NewRequestWithContext(api.WithHost(t.Context(), host), http.MethodGet, "/api/v1"+target, nil)
	w := httptest.NewRecorder()
	srv.Handler().ServeHTTP(w, r)
	return w
}

func answer(t *testing.T, w *httptest.ResponseRecorder) (l list) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func as(r role.Role) authz.Actor { return authz.NewActor(uuid.New(), r.Permissions()...) }

var onPlatform = api.Host{Name: "platform.localhost", Kind: api.PlatformHost}

func onTenant(l pgtest.Lease) api.Host {
	return api.Host{Name: l.Slug + ".localhost", Kind: api.TenantHost, Tenant: l.Live}
}

// reasons of the entries of a list.
func reasons(l list) (all []string) {
	for _, e := range l.Data {
		all = append(all, *e.Reason)
	}
	return all
}

func TestAnOwnerSeesTheirBusinessAloneNewestFirst(t *testing.T) {
	t.Parallel()
	mine := pgtest.Tenant(t)
	l, _ := open(t)
	mark := uuid.NewString()
	acted := started(uuid.New())
	acted.TenantID, acted.Reason, acted.Details = &mine.ID, mark+" 3", map[string]any{"method": "PATCH", "status": 200}
	record(t, l, granted(mine.ID, mark+" 1"), granted(uuid.New(), mark+" of another"), granted(mine.ID, mark+" 2"), acted)
	got := answer(t, ask(t, onTenant(mine), as(role.TenantOwner), "/audit?query="+mark))
	if strings.Join(reasons(got), ",") != mark+" 3,"+mark+" 2,"+mark+" 1" {
		t.Errorf("%v", reasons(got))
	}
	first := got.Data[0]
	if *first.Actor.Email != acted.Actor.Email || *first.Subject.ID != id.ID[user](acted.Subject.ID).String() || first.Tenant.Slug != "demo" ||
		first.Chain != "masquerade" || first.Details["method"] != "PATCH" || len(first.Details) != 2 {
		t.Errorf("%+v", first)
	}
	if got := answer(t, ask(t, onTenant(mine), as(role.TenantOwner), "/audit?action=HIJACK_START&query="+strings.ToUpper(mark))); len(got.Data) != 1 {
		t.Errorf("by action: %v", reasons(got))
	}
	for r, status := range map[role.Role]int{role.TenantManager: 403, role.TenantStaff: 403, role.Customer: 403} {
		if w := ask(t, onTenant(mine), as(r), "/audit"); w.Code != status {
			t.Errorf("%s: %d", r, w.Code)
		}
	}
}

func TestPagesOfTheRecordLeaveNothingOut(t *testing.T) {
	t.Parallel()
	l, _ := open(t)
	business, _ := own()
	for _, reason := range []string{"1", "2", "3", "4", "5"} {
		record(t, l, granted(business, reason))
	}
	who, target, all := as(role.Superuser), "/platform/audit?limit=2&tenant_id="+id.ID[tenant](business).String(), []string{}
	for cursor := ""; ; {
		page := answer(t, ask(t, onPlatform, who, target+cursor))
		all = append(all, reasons(page)...)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
	if strings.Join(all, "") != "54321" {
		t.Errorf("%v", all)
	}
}

func TestThePlatformFindsEntriesByWhoAndWhenAndHow(t *testing.T) {
	t.Parallel()
	l, _ := open(t)
	business, _ := own()
	denied := granted(business, "denied")
	denied.Result, denied.DenyCode = audit.Denied, "self_grant"
	allowed := granted(business, "allowed")
	record(t, l, denied, allowed)
	of := "/platform/audit?tenant_id=" + id.ID[tenant](business).String()
	for filter, want := range map[string]string{
		"":                              "allowed,denied",
		"&result=denied":                "denied",
		"&action=GRANT_USED":            "",
		"&query=self_":                  "denied",
		"&query=%25":                    "",
		"&to=" + "2026-06-01T12:00:00Z": "",
		"&from=2026-06-01T12:00:00Z":    "allowed,denied",
		"&user_id=" + id.ID[user](denied.Actor.ID).String():    "denied",
		"&user_id=" + id.ID[user](allowed.Subject.ID).String(): "allowed",
	} {
		if got := strings.Join(reasons(answer(t, ask(t, onPlatform, as(role.PlatformManager), of+filter))), ","); got != want {
			t.Errorf("%s: %s", filter, got)
		}
	}
	for target, status := range map[string]int{"/platform/audit?result=maybe": 422, "/platform/audit?tenant_id=usr_1": 422, "/platform/audit?bogus=1": 422, "/audit": 404} {
		if w := ask(t, onPlatform, as(role.PlatformManager), target); w.Code != status {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := ask(t, onPlatform, as(role.PlatformSales), "/platform/audit"); w.Code != http.StatusForbidden {
		t.Errorf("sales: %d", w.Code)
	}
}

func TestSupportSeesItsOwnActsAndWhatAGrantOpens(t *testing.T) {
	t.Parallel()
	l, _ := open(t)
	business, _ := own()
	support := as(role.PlatformSupport)
	mine := granted(business, "mine")
	mine.Actor.ID, mine.Actor.Email = support.UserID, support.UserID.String()
	theirs := granted(business, "of another")
	theirs.Actor.Email = mine.Actor.Email
	record(t, l, mine, theirs)
	of := "?tenant_id=" + id.ID[tenant](business).String()
	see := func(who authz.Actor, target string) string {
		return strings.Join(reasons(answer(t, ask(t, onPlatform, who, target))), ",")
	}
	if got := see(support, "/platform/audit"+of); got != "mine" {
		t.Errorf("sees %s", got)
	}
	other := uuid.New()
	grant := func(tenant *uuid.UUID) authz.Actor {
		return support.WithGrants([]authz.Grant{{ID: uuid.New(), Permission: role.AuditReadAll, TenantID: tenant}})
	}
	if got := see(grant(&business), "/platform/audit"+of); got != "of another,mine" {
		t.Errorf("with a grant sees %s", got)
	}
	if got := see(grant(&other), "/platform/audit"+of); got != "mine" {
		t.Errorf("with a grant on another tenant sees %s", got)
	}
	for _, held := range []*uuid.UUID{&business, nil} {
		if got := see(grant(held), "/platform/audit?query="+mine.Actor.Email); got != "mine" {
			t.Errorf("with a grant, without naming the tenant, sees %s", got)
		}
	}
	if w := ask(t, onPlatform, grant(&business), "/platform/audit/export"+of); strings.Contains(w.Body.String(), "of another") || !strings.Contains(w.Body.String(), "mine") {
		t.Errorf("downloads %s", w.Body)
	}
}

func TestADownloadIsSafeToOpenInASpreadsheet(t *testing.T) {
	t.Parallel()
	l, _ := open(t)
	business, _ := own()
	for _, reason := range []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", `say "hi", then` + "\n" + "go"} {
		record(t, l, granted(business, reason))
	}
	w := ask(t, onPlatform, as(role.Superuser), "/platform/audit/export?format=csv&tenant_id="+id.ID[tenant](business).String())
	if w.Code != http.StatusOK || w.Header().Get("Content-Disposition") != `attachment; filename="audit.csv"` || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	body := w.Body.String()
	if !strings.Contains(body, `,"'`+"\r"+`x",`) { // the reader below takes \r\n for \n, and so can't tell
		t.Error("a carriage return leads a cell")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, row := range rows[1:] {
		reason := row[15]
		if last := i == 0; last != (reason[0] != '\'') {
			t.Errorf("reason %q", reason)
		}
	}
	if rows[0][15] != "reason" || rows[1][15] != "say \"hi\", then\ngo" || rows[1][7] != "boss@smoothschedule.com" || rows[1][18] != `{"grant":"view_billing"}` {
		t.Errorf("%v\n%v", rows[0], rows[1])
	}
	if quotes := strings.Count(strings.SplitN(body, "\r\n", 2)[0], `"`); quotes != 2*len(rows[0]) {
		t.Errorf("%d quotes in the header", quotes)
	}
}

func TestALongDownloadIsWhole(t *testing.T) {
	t.Parallel()
	breaking(t) // for its rows make no chain
	business, _ := own()
	removed(t, business)
	const entries = 2100 // more than are read at a time, twice
	_, err := pgtest.Super(t).Exec(t.Context(), `INSERT INTO public.audit_log (id, chain, seq, at, action, result, tenant_id, ip_address, line, prev_hash, hash)
		SELECT gen_random_uuid(), 'tenant:' || $1::uuid, n, now(), 'X', 'allowed', $1, '', '{}', sha256(''), sha256('') FROM generate_series(1, $2::int) n`, business, entries)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(t, onPlatform, as(role.Superuser), "/platform/audit/export?format=ndjson&tenant_id="+id.ID[tenant](business).String())
	seen := map[string]bool{}
	for line := range strings.Lines(w.Body.String()) {
		var e shown
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		seen[e.ID] = true
	}
	if len(seen) != entries || w.Header().Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("%d of %d entries as %s", len(seen), entries, w.Header().Get("Content-Type"))
	}
}
