package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/secret"
)

// impostors are owners of the program's business who act as its one member of staff, each in a browser of their own.
func impostors(t *testing.T, p *program, n int) (cookies []string, staff string) {
	t.Helper()
	person := func(role string) uuid.UUID {
		key := uuid.Must(uuid.NewV7())
		_, err := p.db.Exec(t.Context(), `INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
			SELECT $1, id, false, $2, 'A person', $3, '', true, now(), now(), 1 FROM public.tenants WHERE slug = $4`, key, key.String()+"@crash.test", role, p.slug)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	for range n {
		token, hash := secret.New()
		_, err := p.db.Exec(t.Context(), `INSERT INTO public.login_sessions (id_hash, user_id, tenant_id, mode, kind, auth_time, created_at, last_seen_at, expires_at, ip_address, user_agent)
			SELECT $1, u.id, u.tenant_id, 'live', 'full', now(), now(), now(), now() + interval '1 day', '127.0.0.1', 'test' FROM public.users u WHERE u.id = $2`, hash, person("TENANT_OWNER"))
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, "__Host-ss_session="+token)
	}
	return cookies, id.ID[account.User](person("TENANT_STAFF")).String()
}

// impersonate starts and returns until the server is gone or the hour's starts are used up. enough is told of each start.
func (p *program) impersonate(t *testing.T, cookie, staff string, enough chan<- struct{}) {
	t.Helper()
	for range 20 {
		for _, path := range []string{"/api/v1/masquerade", "/api/v1/masquerade/release"} {
			var body any
			if path == "/api/v1/masquerade" {
				body = object{"user_id": staff}
			}
			status, header, answer, err := p.exchange(t, http.MethodPost, path, http.Header{"Cookie": {cookie}}, body)
			if killed(err) {
				return
			}
			if err != nil || status >= 300 {
				t.Errorf("%s: %v %d %s", path, err, status, answer)
				return
			}
			k, err := http.ParseSetCookie(header.Get("Set-Cookie"))
			if err != nil {
				t.Error(err)
				return
			}
			cookie = k.Name + "=" + k.Value
			if body != nil {
				enough <- struct{}{}
			}
		}
	}
}

// startLines are the ids of the masquerades that the log says were started.
func (p *program) startLines(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(p.log), "data", "logs", "masquerade.log"))
	if err != nil {
		t.Fatal(err)
	}
	started := map[string]bool{}
	for line := range bytes.Lines(text) {
		var l struct {
			Action       string `json:"action"`
			MasqueradeID string `json:"masquerade_id"`
		}
		if err := json.Unmarshal(line, &l); err == nil && l.Action == "HIJACK_START" { // the last line may be torn
			started[l.MasqueradeID] = true
		}
	}
	return started
}

// ids lists what a query answers, as on the wire.
func (p *program) ids(t *testing.T, sql string) (all []string) {
	t.Helper()
	rows, err := p.db.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key uuid.UUID
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		all = append(all, id.ID[session.Masqueraded](key).String())
	}
	return all
}

// TestKillUnderMasquerades kills the server while owners begin to act as somebody and return. Whatever session acts is on record,
// each start has one end once the sweeper was there, and the chain holds. It is not parallel: it shares its database's name
// with the other test that kills.
func TestKillUnderMasquerades(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	p := newProgram(t)
	kill := p.start(t)
	for round := range 2 {
		cookies, staff := impostors(t, p, 16)
		enough := make(chan struct{}, 16*20)
		var all sync.WaitGroup
		for _, cookie := range cookies {
			all.Go(func() { p.impersonate(t, cookie, staff, enough) })
		}
		for range 40 + 15*round {
			<-enough
		}
		kill()
		all.Wait()
		started := p.startLines(t)
		acting := p.ids(t, `SELECT masquerade_id FROM public.login_sessions WHERE kind = 'masquerade'`)
		for _, key := range acting {
			if !started[key] {
				t.Errorf("round %d: %s acts and is not in the log", round, key)
			}
		}
		t.Logf("killed: %d starts in the log, %d sessions act", len(started), len(acting))
		if len(acting) == 0 {
			t.Fatal("no session acts: the server was not killed in the middle")
		}
		p.outlive(t)
		if round > 0 { // it has been at work by now
			p.cutOff(t)
		}
		kill = p.start(t)
		p.closed(t)
	}
	kill()
	for _, key := range p.ids(t, `SELECT id FROM public.masquerades m WHERE 1 <> (SELECT count(*) FROM public.audit_log l
		WHERE l.masquerade_id = m.id AND l.action IN ('HIJACK_END', 'HIJACK_EXPIRED', 'HIJACK_TERMINATED'))
		OR 1 <> (SELECT count(*) FROM public.audit_log l WHERE l.masquerade_id = m.id AND l.action = 'HIJACK_START')`) {
		t.Errorf("%s has not one start and one end", key)
	}
	p.command(t, "", "audit", "verify")
}

// outlive lets the time of every masquerade be over.
func (p *program) outlive(t *testing.T) {
	t.Helper()
	for _, sql := range []string{
		`UPDATE public.masquerades SET expires_at = now() - interval '1 minute' WHERE ended_at IS NULL`,
		`UPDATE public.login_sessions SET expires_at = now() - interval '1 minute' WHERE kind = 'masquerade'`,
	} {
		if _, err := p.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// cutOff leaves the sweeper's last job as a server does that is killed in the middle of it.
func (p *program) cutOff(t *testing.T) {
	t.Helper()
	tag, err := p.db.Exec(t.Context(), `UPDATE river.river_job SET state = 'running', finalized_at = NULL, attempted_at = now()
		WHERE id = (SELECT max(id) FROM river.river_job WHERE kind = 'identity.sweep')`)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("no job of the sweeper: %v", err)
	}
}

// closed returns once the sweeper has closed them all, which it does within a minute.
func (p *program) closed(t *testing.T) {
	t.Helper()
	deadline, tick := time.After(time.Minute), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if p.rows(t, `SELECT count(*) FROM public.masquerades WHERE ended_at IS NULL`) == 0 {
				if left := p.ids(t, `SELECT masquerade_id FROM public.login_sessions WHERE kind = 'masquerade'`); len(left) > 0 {
					t.Errorf("sessions are left: %s", strings.Join(left, " "))
				}
				return
			}
		case <-deadline:
			t.Fatal(fmt.Sprint("still open: ", p.ids(t, `SELECT id FROM public.masquerades WHERE ended_at IS NULL`)))
		}
	}
}
