package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// whole is held for writing by tests that verify the whole database, and for reading by those that break a chain for a while.
var whole sync.RWMutex

// noon is the clock of these tests; what is below the second is not recorded.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 987654000, time.UTC)

func database(t *testing.T) *pg.DB {
	t.Helper()
	return pg.New(pgtest.App(t), func() time.Time { return noon })
}

// open opens the logs of a node.
func open(t *testing.T) (l *audit.Log, dir string) {
	t.Helper()
	dir = t.TempDir()
	return openIn(t, dir), dir
}

func openIn(t *testing.T, dir string) *audit.Log {
	t.Helper()
	l, err := audit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// called is a context as a request has it, with its address and its id.
func called(t *testing.T) context.Context {
	t.Helper()
	var got context.Context
	h := api.WithRequestID(api.WithClientIP(nil)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Context() }))) //nolint:fatcontext // used after the request, as its handler would
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = "192.168.1.1:4711"
	h.ServeHTTP(httptest.NewRecorder(), r)
	return got
}

// record appends entries, each in a transaction of its own.
func record(t *testing.T, l *audit.Log, entries ...audit.Entry) {
	t.Helper()
	for _, e := range entries {
		if err := try(t, l, e); err != nil {
			t.Fatal(err)
		}
	}
}

func try(t *testing.T, l *audit.Log, e audit.Entry) error {
	t.Helper()
	ctx := called(t)
	return database(t).InPlatform(ctx, func(tx *pg.PlatformTx) error { return l.Append(ctx, tx, e) })
}

// stored is a row as a superuser sees it.
type stored struct {
	seq            int64
	line, chain    string
	prev, hash     []byte
	prevHex, idHex string
}

// rowsOf reads the rows that a condition finds, oldest first.
func rowsOf(t *testing.T, where string, args ...any) (found []stored) {
	t.Helper()
	rows, err := pgtest.Super(t).Query(t.Context(), `SELECT seq, line, chain, prev_hash, hash, id::text FROM public.audit_log WHERE `+where+` ORDER BY chain, seq`, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s stored
		if err := rows.Scan(&s.seq, &s.line, &s.chain, &s.prev, &s.hash, &s.idHex); err != nil {
			t.Fatal(err)
		}
		s.prevHex = hex.EncodeToString(s.prev)
		found = append(found, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func byActor(t *testing.T, actor uuid.UUID) []stored {
	t.Helper()
	return rowsOf(t, "actor_id = $1", actor)
}

func fileOf(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "logs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "logs", name), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func object(t *testing.T, line string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return v
}

// canonical is RFC 8785 for objects whose values are ASCII text, whole numbers and null: sorted keys, no spaces, nothing escaped needlessly.
func canonical(t *testing.T, v map[string]any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// hashed is what the hash of a line must be.
func hashed(t *testing.T, line string, prev []byte) string {
	t.Helper()
	v := object(t, line)
	delete(v, "hash")
	sum := sha256.Sum256(append(bytes.Clone(prev), canonical(t, v)...))
	return hex.EncodeToString(sum[:])
}

// forged is a line with a text replaced, and with the hash that then belongs to it.
func forged(t *testing.T, line, before, after string, prev []byte) string {
	t.Helper()
	if !strings.Contains(line, before) {
		t.Fatalf("no %s in %s", before, line)
	}
	line = strings.Replace(line, before, after, 1)
	is, _ := object(t, line)["hash"].(string)
	return strings.Replace(line, is, hashed(t, line, prev), 1)
}

// verify checks the whole record. The caller is alone.
func verify(t *testing.T, dir string, key []byte) (told string, err error) {
	t.Helper()
	var out strings.Builder
	err = audit.Verify(t.Context(), database(t), dir, key, &out)
	if err != nil && !errors.Is(err, audit.ErrBroken) {
		t.Fatal(err)
	}
	return out.String(), err
}

// alone keeps everybody else from breaking chains until the test and its cleanup are over.
func alone(t *testing.T) {
	t.Helper()
	whole.Lock()
	t.Cleanup(whole.Unlock)
}

// breaking keeps everybody from verifying the whole until the test and its cleanup are over.
func breaking(t *testing.T) {
	t.Helper()
	whole.RLock()
	t.Cleanup(whole.RUnlock)
}

// own is a chain that no other test writes to.
func own() (tenant uuid.UUID, chain string) {
	tenant = uuid.New()
	return tenant, fmt.Sprintf("tenant:%s", tenant)
}

// removed removes the chain of a tenant when the test ends. The caller is alone or breaking.
func removed(t *testing.T, tenant uuid.UUID) {
	t.Helper()
	t.Cleanup(func() {
		if _, err := pgtest.Super(t).Exec(context.WithoutCancel(t.Context()), `DELETE FROM public.audit_log WHERE tenant_id = $1`, tenant); err != nil {
			t.Error(err)
		}
	})
}

// granted is an entry of a tenant's chain.
func granted(tenant uuid.UUID, reason string) audit.Entry {
	return audit.Entry{
		Action: "GRANT_CREATED", Result: audit.Allowed, TenantID: &tenant, TenantSlug: "demo", Mode: "live",
		Actor:   audit.Person{ID: uuid.New(), Email: "boss@smoothschedule.com", Role: "SUPERUSER"},
		Subject: &audit.Person{ID: uuid.New(), Email: "sam@smoothschedule.com", Role: "PLATFORM_SUPPORT"}, Reason: reason,
		Details: map[string]any{"grant": "view_billing"},
	}
}

// started is the beginning of a masquerade.
func started(actor uuid.UUID) audit.Entry {
	return audit.Entry{
		Action: audit.HijackStart, Result: audit.Allowed, TenantSlug: "demo", Mode: "live",
		Actor:   audit.Person{ID: actor, Email: "support@smoothschedule.com", Role: "PLATFORM_SUPPORT"},
		Subject: &audit.Person{ID: uuid.New(), Email: "customer@demo.com", Role: "CUSTOMER"}, Reason: "Ticket 812", MasqueradeID: uuid.New(),
	}
}
