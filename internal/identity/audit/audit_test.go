package audit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
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
