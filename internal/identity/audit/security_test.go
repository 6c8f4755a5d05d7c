package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
)

func TestASecurityEventIsOneLine(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	ctx, who := called(t), uuid.New()
	l.Security(ctx, noon, audit.SecurityEvent{Event: "LOGIN", Result: audit.Allowed, UserID: who, Email: "a@b.c", TenantSlug: "demo", Mode: "live", Details: map[string]any{"factor": "totp"}})
	l.Security(ctx, noon, audit.SecurityEvent{Event: "LOGIN", Result: audit.Denied, Email: "x\"}\n{\"event\":\"LOGIN"})
	common := fmt.Sprintf(`"request_id":"%s"`, api.RequestID(ctx))
	want := `{"timestamp":"2026-06-01T12:00:00Z","event":"LOGIN","result":"allowed","user_id":"` + id.ID[user](who).String() +
		`","email":"a@b.c","ip_address":"192.168.1.1","tenant":"demo","mode":"live",` + common + `,"details":{"factor":"totp"}}` + "\n" +
		`{"timestamp":"2026-06-01T12:00:00Z","event":"LOGIN","result":"denied","user_id":null,"email":"x\"}\n{\"event\":\"LOGIN",` +
		`"ip_address":"192.168.1.1","tenant":null,"mode":null,` + common + "}\n"
	if got := fileOf(t, dir, "security.log"); got != want {
		t.Errorf("file\n%s\nwant\n%s", got, want)
	}
}

func TestASecurityEventThatCantBeWrittenFailsNobody(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	path := filepath.Join(dir, "logs", "security.log")
	if err := errors.Join(os.Remove(path), os.Symlink("/dev/full", path)); err != nil {
		t.Fatal(err)
	}
	l.Security(t.Context(), noon, audit.SecurityEvent{Event: "LOGIN"})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "security.log", "")
	l.Security(t.Context(), noon, audit.SecurityEvent{Event: "LOGIN"})
	if got := fileOf(t, dir, "security.log"); strings.Count(got, "\n") != 1 {
		t.Errorf("once there is room again: %q", got)
	}
}

func TestEventsAtOnceAreLinesOfTheirOwn(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	other := openIn(t, dir) // as a command beside the server
	done := make(chan struct{})
	for _, l := range []*audit.Log{l, other, l, other} {
		go func() {
			defer func() { done <- struct{}{} }()
			for range 200 {
				l.Security(t.Context(), noon, audit.SecurityEvent{Event: "LOGIN", Email: strings.Repeat("e", 300)})
			}
		}()
	}
	for range 4 {
		<-done
	}
	lines := bytes.Split(bytes.TrimSpace([]byte(fileOf(t, dir, "security.log"))), []byte("\n"))
	if len(lines) != 800 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		object(t, string(line))
	}
}
