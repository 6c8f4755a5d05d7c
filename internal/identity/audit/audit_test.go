package audit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

type (
	user       struct{}
	entry      struct{}
	masquerade struct{}
	tenant     struct{}
)

func (user) IDPrefix() string       { return "usr" }
func (entry) IDPrefix() string      { return "aud" }
func (masquerade) IDPrefix() string { return "mq" }
func (tenant) IDPrefix() string     { return "ten" }

func TestTheLineOfAMasqueradeByteByByte(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	ctx := called(t)
	business, session := uuid.New(), sha256.Sum256([]byte("session"))
	e := started(uuid.New())
	e.TenantID, e.SessionHash, e.UserAgent = &business, session[:], "Mozilla/5.0"
	e.Details = map[string]any{"status": 200, "zone": "b", "route": "/api/v1/appointments/{id}", "area": true, "method": "PATCH", "object_id": "apt_1"}
	err := database(t).InPlatform(ctx, func(tx *pg.PlatformTx) error { return l.Append(ctx, tx, e) })
	if err != nil {
		t.Fatal(err)
	}
	row := byActor(t, e.Actor.ID)[0]
	want := fmt.Sprintf(`{"timestamp":"2026-06-01T12:00:00Z","action":"HIJACK_START","hijacker_email":"support@smoothschedule.com",`+
		`"hijacked_email":"customer@demo.com","ip_address":"192.168.1.1","session_key":"%s...","seq":%d,"masquerade_id":"%s",`+
		`"result":"allowed","deny_code":null,"reason":"Ticket 812","hijacker_id":"%s","hijacker_role":"PLATFORM_SUPPORT",`+
		`"hijacked_id":"%s","hijacked_role":"CUSTOMER","tenant":"demo","mode":"live","user_agent":"Mozilla/5.0","request_id":"%s",`+
		`"id":"%s","tenant_id":"%s","method":"PATCH","route":"/api/v1/appointments/{id}","object_id":"apt_1","status":200,"area":true,"zone":"b",`+
		`"prev_hash":"%s","hash":"%s"}`,
		hex.EncodeToString(session[:])[:6], row.seq, id.ID[masquerade](e.MasqueradeID), id.ID[user](e.Actor.ID), id.ID[user](e.Subject.ID),
		api.RequestID(ctx), id.ID[entry](uuid.MustParse(row.idHex)), id.ID[tenant](business), row.prevHex, hashed(t, row.line, row.prev))
	if row.line != want {
		t.Errorf("row\n%s\nwant\n%s", row.line, want)
	}
	if hex.EncodeToString(row.hash) != hashed(t, row.line, row.prev) {
		t.Errorf("hash %x", row.hash)
	}
	if got := fileOf(t, dir, "masquerade.log"); got != want+"\n" {
		t.Errorf("file\n%s\nwant\n%s", got, want)
	}
}

func TestOtherActionsAreRowsInTheChainOfWhomTheyConcern(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	business, chain := own()
	e := granted(business, "billing question")
	record(t, l, e, e)
	rows := byActor(t, e.Actor.ID)
	if len(rows) != 2 || rows[0].chain != chain || rows[0].seq != 1 || rows[1].seq != 2 || rows[0].prevHex != strings.Repeat("00", 32) {
		t.Fatalf("%+v", rows)
	}
	v := object(t, rows[1].line)
	if v["actor_email"] != e.Actor.Email || v["subject_email"] != e.Subject.Email || v["grant"] != "view_billing" || v["hijacker_email"] != nil {
		t.Errorf("line %s", rows[1].line)
	}
	if v["prev_hash"] != hex.EncodeToString(rows[0].hash) {
		t.Error("the second does not build on the first")
	}
	e.TenantID = nil
	record(t, l, e)
	if got := byActor(t, e.Actor.ID)[0].chain; got != "platform" {
		t.Errorf("without a tenant: chain %s", got)
	}
	if got := fileOf(t, dir, "masquerade.log"); got != "" {
		t.Errorf("in the file of masquerades: %s", got)
	}
}

func TestAnUnknownTargetIsNamedAsItWasAskedFor(t *testing.T) {
	t.Parallel()
	l, _ := open(t)
	e := started(uuid.New())
	e.Action, e.Result, e.DenyCode, e.Subject, e.RequestedID = audit.HijackDenied, audit.Denied, "not_found", nil, strings.Repeat("ü", 65)
	record(t, l, e)
	v := object(t, byActor(t, e.Actor.ID)[0].line)
	if v["hijacked_email"] != nil || v["hijacked_id"] != strings.Repeat("ü", 64) || v["deny_code"] != "not_found" || v["result"] != "denied" {
		t.Errorf("line %v", v)
	}
}

func TestNobodyWritesLinesOfTheirOwn(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	nasty := "x\"},\n{\"timestamp\":\"1999\u2028\r\t\x00\x1b[31m\xff<script>\\"
	e := started(uuid.New())
	e.Reason, e.UserAgent, e.TenantSlug, e.Actor.Email = nasty, strings.Repeat("é"+nasty, 400), nasty, nasty
	e.Details = map[string]any{"route": nasty, "object_id": strings.Repeat("a", 5000)}
	record(t, l, e)
	text := fileOf(t, dir, "masquerade.log")
	if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") || strings.ContainsAny(text, "\x00\x1b\r") || !utf8.ValidString(text) {
		t.Fatalf("not one line: %q", text)
	}
	v := object(t, text)
	want := strings.NewReplacer("\x00", "\uFFFD", "\xff", "\uFFFD").Replace(nasty)
	if v["reason"] != want || v["route"] != want || v["hijacker_email"] != want {
		t.Errorf("changed: %q", v["reason"])
	}
	if n := utf8.RuneCountInString(v["user_agent"].(string)); n != 256 {
		t.Errorf("user agent of %d characters", n)
	}
	if n := len(v["object_id"].(string)); n != 256 {
		t.Errorf("object id of %d characters", n)
	}
	alone(t)
	if told, err := verify(t, dir, nil); err != nil {
		t.Errorf("%v: %s", err, told)
	}
}

func TestADetailCantTakeAnotherKeysPlace(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	for _, key := range []string{"hash", "seq", "hijacker_email", "actor_id", "Seq", "a b", ""} {
		e := started(uuid.New())
		e.Details = map[string]any{key: "x"}
		if err := try(t, l, e); err == nil {
			t.Errorf("%q taken", key)
		}
	}
	if got := fileOf(t, dir, "masquerade.log"); got != "" {
		t.Errorf("written: %s", got)
	}
}

func TestParallelAppendsMakeOneChainWithoutGaps(t *testing.T) {
	t.Parallel()
	const nodes, each = 6, 8
	business, chain := own()
	actor := uuid.New()
	dirs := make([]string, nodes)
	var wg sync.WaitGroup
	for i := range nodes {
		var l *audit.Log
		l, dirs[i] = open(t)
		wg.Go(func() {
			for n := range each {
				if err := errors.Join(try(t, l, granted(business, fmt.Sprint(i, n))), try(t, l, started(actor))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n, err := audit.VerifyChain(t.Context(), database(t), chain); n != nodes*each || err != nil {
		t.Errorf("%d entries, %v", n, err)
	}
	alone(t)
	lines := 0
	for _, dir := range dirs {
		if told, err := verify(t, dir, nil); err != nil || strings.Contains(told, "note:") {
			t.Errorf("%v: %s", err, told)
		}
		lines += strings.Count(fileOf(t, dir, "masquerade.log"), "\n")
	}
	if lines != nodes*each || len(byActor(t, actor)) != nodes*each {
		t.Errorf("%d lines, %d rows", lines, len(byActor(t, actor)))
	}
}

func TestWithoutItsLineNoActOfAMasqueradeHappens(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string){
		"the disk is full": func(t *testing.T, path string) {
			t.Helper()
			if err := errors.Join(os.Remove(path), os.Symlink("/dev/full", path)); err != nil {
				t.Fatal(err)
			}
		},
		"the file is removed": func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
		"a directory takes its place": func(t *testing.T, path string) {
			t.Helper()
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o750)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, dir := open(t)
			spoil(t, filepath.Join(dir, "logs", "masquerade.log"))
			e := started(uuid.New())
			err := try(t, l, e)
			if !errors.Is(err, audit.ErrUnavailable) {
				t.Errorf("error %v", err)
			}
			if rows := byActor(t, e.Actor.ID); len(rows) != 0 {
				t.Errorf("recorded: %+v", rows)
			}
			business, _ := own()
			record(t, l, granted(business, "ordinary work goes on"))
		})
	}
}

func TestOpenSaysWhichFileItCantOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "logs", "security.log")
	if err := os.MkdirAll(path, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Open(dir); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if _, err := audit.Open("/dev/null"); err == nil || !strings.Contains(err.Error(), "/dev/null") {
		t.Errorf("error %v", err)
	}
}

func TestFilesAreForTheGroupToReadAndForNobodyElse(t *testing.T) {
	t.Parallel()
	_, dir := open(t)
	for _, name := range []string{"masquerade.log", "security.log"} {
		info, err := os.Stat(filepath.Join(dir, "logs", name))
		if err != nil || info.Mode().Perm()&^0o640 != 0 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

func TestARotatedFileMakesWayForANewOne(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor))
	path := filepath.Join(dir, "logs", "masquerade.log")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	record(t, l, started(actor))
	rows := byActor(t, actor)
	if got := fileOf(t, dir, "masquerade.log.1"); got != rows[0].line+"\n" {
		t.Errorf("old file: %s", got)
	}
	if got := fileOf(t, dir, "masquerade.log"); got != rows[1].line+"\n" {
		t.Errorf("new file: %s", got)
	}
}

func TestALineThatWasCutOffSpoilsNoOther(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor))
	whole1 := fileOf(t, dir, "masquerade.log")
	writeFile(t, dir, "masquerade.log", whole1+whole1[:100])
	record(t, openIn(t, dir), started(actor))
	if got, want := fileOf(t, dir, "masquerade.log"), whole1+whole1[:100]+"\n"+byActor(t, actor)[1].line+"\n"; got != want {
		t.Errorf("file\n%s\nwant\n%s", got, want)
	}
	alone(t)
	if told, err := verify(t, dir, nil); err != nil || !strings.Contains(told, "note: line 2 of") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestTheProgramCanOnlyAddToTheRecord(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	l, _ := open(t)
	record(t, l, granted(lease.ID, "to be kept"))
	for _, role := range []string{lease.Live.Schema, "ss_identity", "ss_platform"} {
		for _, sql := range []string{
			`UPDATE public.audit_log SET reason = 'x'`, `DELETE FROM public.audit_log`, `TRUNCATE public.audit_log`,
			`ALTER TABLE public.audit_log DISABLE ROW LEVEL SECURITY`, `DROP FUNCTION public.audit_head(text)`,
		} {
			err := asRole(t, role, lease.ID, sql)
			if err == nil || !strings.Contains(err.Error(), "42501") {
				t.Errorf("%s as %s: %v", sql, role, err)
			}
		}
	}
	if _, err := pgtest.App(t).Exec(t.Context(), `SELECT * FROM public.audit_head('masquerade')`); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("a login without a scope reads the head: %v", err)
	}
}

// asRole runs a statement in a scope, for nothing.
func asRole(t *testing.T, role string, tenantID uuid.UUID, sql string) error {
	t.Helper()
	ctx := t.Context()
	tx, err := pgtest.App(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL ROLE %q; SET LOCAL ss.tenant_id = '%s'`, role, tenantID)); err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(ctx, sql)
	return err
}

func TestATenantWritesAndSeesItsOwnEntriesAlone(t *testing.T) {
	t.Parallel()
	mine, other := pgtest.Tenant(t), uuid.New()
	l, _ := open(t)
	db := database(t)
	foreign := granted(other, "of another")
	record(t, l, foreign)
	e := granted(mine.ID, "mine")
	for scope, in := range map[string]func(audit.Entry) error{
		"tenant": func(e audit.Entry) error {
			return db.InTenant(t.Context(), mine.Live, func(tx *pg.TenantTx) error { return l.Append(t.Context(), tx, e) })
		},
		"identity": func(e audit.Entry) error {
			return db.InShared(t.Context(), mine.ID, func(tx *pg.SharedTx) error { return l.Append(t.Context(), tx, e) })
		},
	} {
		if err := in(e); err != nil {
			t.Errorf("%s: %v", scope, err)
		}
		if err := in(foreign); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s writes of another: %v", scope, err)
		}
		nobodys := e
		nobodys.TenantID = nil
		if err := in(nobodys); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s writes of the platform: %v", scope, err)
		}
	}
	for _, role := range []string{mine.Live.Schema, "ss_identity"} {
		if n := visible(t, role, mine.ID, e.Actor.ID); n != 2 {
			t.Errorf("%s sees %d of its own", role, n)
		}
		if n := visible(t, role, mine.ID, foreign.Actor.ID); n != 0 {
			t.Errorf("%s sees %d of another", role, n)
		}
	}
}

func visible(t *testing.T, role string, tenantID, actor uuid.UUID) (n int) {
	t.Helper()
	ctx := t.Context()
	tx, err := pgtest.App(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL ROLE %q; SET LOCAL ss.tenant_id = '%s'`, role, tenantID)); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM public.audit_log WHERE actor_id = $1`, actor).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
