package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pgtest"
)

// program is the real binary with a database of its own.
type program struct {
	binary  string
	environ []string
	address string
	slug    string
	schema  string
	client  *http.Client
	log     string    // what the servers say, a file
	db      *pgx.Conn // of the superuser
}

const crashPassword = "correct horse battery staple"

// newProgram builds the binary, and makes the database with one business.
func newProgram(t *testing.T) *program {
	t.Helper()
	dir := t.TempDir()
	slug := pgtest.Slug()
	p := &program{binary: filepath.Join(dir, "smoothschedule"), slug: slug, schema: "tenant_" + slug, log: filepath.Join(dir, "log"), client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	t.Cleanup(p.client.CloseIdleConnections)
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", p.binary, "smoothschedule/cmd/smoothschedule")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	database := p.makeDatabase(t)
	p.address = freeAddress(t)
	p.environ = []string{
		"DATABASE_URL=" + database("ss_owner"), "SS_APP_DATABASE_URL=" + database("smoothschedule"), "SS_DATA_DIR=" + filepath.Join(dir, "data"),
		"SS_LISTEN_ADDR=" + p.address, "PATH=" + os.Getenv("PATH"), "HOME=" + dir,
	}
	p.command(t, "", "migrate")
	p.command(t, crashPassword+"\n", "tenant", "create", "--slug", slug, "--name", "Crash", "--time-zone", "Europe/Berlin", "--currency", "EUR", "--owner-email", "owner@crash.test")
	return p
}

// makeDatabase makes an empty database, dropped with its roles when the test ends, and returns its address for a user.
func (p *program) makeDatabase(t *testing.T) func(user string) string {
	t.Helper()
	super, name := pgtest.Super(t), fmt.Sprintf("ss_test_%d_%s", os.Getpid(), p.slug) // the name lets a later run drop what this one leaves
	if _, err := super.Exec(t.Context(), "CREATE DATABASE "+name+" OWNER ss_owner"); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		for _, sql := range []string{"DROP DATABASE " + name + " WITH (FORCE)", "DROP ROLE IF EXISTS tenant_" + p.slug, "DROP ROLE IF EXISTS sandbox_" + p.slug} {
			if _, err := super.Exec(ctx, sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	})
	cfg := super.Config().ConnConfig.Copy()
	cfg.Database = name
	var err error
	if p.db, err = pgx.ConnectConfig(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.db.Close(ctx) })
	return func(user string) string {
		u := url.URL{Scheme: "postgres", User: url.UserPassword(user, cfg.Password), Path: "/" + name}
		q := url.Values{"host": {cfg.Host}, "port": {fmt.Sprint(cfg.Port)}}
		if cfg.TLSConfig == nil {
			q.Set("sslmode", "disable")
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// command runs one of the program's commands to its end.
func (p *program) command(t *testing.T, input string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), p.binary, args...)
	c.Env, c.Stdin = p.environ, strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("smoothschedule %s: %v\n%s", args[0], err, out)
	}
}

// start serves, and returns once requests are answered, with what kills the server and waits for its end.
func (p *program) start(t *testing.T) (kill func()) {
	t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() // the process has it open
	process := exec.CommandContext(t.Context(), p.binary, "serve")
	process.Env, process.Stdout, process.Stderr = p.environ, log, log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = process.Wait() }() // says that it was killed
	kill = func() { _ = process.Process.Kill(); <-ended }
	t.Cleanup(kill)
	deadline, tick := time.After(30*time.Second), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if status, _, err := p.call(t, http.MethodGet, "/api/health/ready", nil, nil); err == nil && status == http.StatusOK {
				return kill
			}
		case <-ended:
			said, _ := os.ReadFile(p.log)
			t.Fatalf("the server ended:\n%s", said)
		case <-deadline:
			t.Fatal("the server doesn't become ready")
		}
	}
}

// call asks the running program, as someone on the business's host.
func (p *program) call(t *testing.T, method, path string, header http.Header, body any) (status int, answer []byte, err error) {
	t.Helper()
	status, _, answer, err = p.exchange(t, method, path, header, body)
	return status, answer, err
}

func (p *program) exchange(t *testing.T, method, path string, header http.Header, body any) (int, http.Header, []byte, error) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, nil, err
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+p.address+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, nil, err
	}
	maps.Copy(r.Header, header)
	r.Host = p.slug + ".localhost"
	r.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, answer, err
}

// get decodes an answer that must be there.
func get[T any](t *testing.T, p *program, method, path string, header http.Header, body any) (v T) {
	t.Helper()
	status, answer, err := p.call(t, method, path, header, body)
	if err != nil || status >= 300 {
		t.Fatalf("%s %s: %v %d %s", method, path, err, status, answer)
	}
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *program) rows(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := p.db.QueryRow(t.Context(), strings.ReplaceAll(sql, "{schema}", p.schema)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// killed reports whether an error is that of a server that is gone.
func killed(err error) bool {
	var network net.Error
	return err != nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network))
}
