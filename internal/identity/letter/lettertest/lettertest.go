// Package lettertest does the jobs that send letters, as a worker does, and reads what was sent.
package lettertest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// Desk is where the letters of one test are written.
type Desk struct {
	DB      *pg.DB
	Letters *letter.Service
	t       testing.TB
	dir     string
	works   map[string]func(ctx context.Context, args []byte, attempt int) error
	read    int
}

// New opens a desk on the test's database, with notices as the first job that it does. The clock is the test's.
func New(t testing.TB, now func() time.Time) *Desk {
	t.Helper()
	d := &Desk{DB: pg.New(pgtest.App(t), now), t: t, dir: t.TempDir(), works: map[string]func(context.Context, []byte, int) error{}}
	sender, err := mail.NewDirectory(d.dir, "SmoothSchedule <no-reply@localhost>")
	if err != nil {
		t.Fatal(err)
	}
	d.Letters = letter.NewService(d.DB, sender, func(host string) string { return "http://" + host + ":8000" }, func(sub string) string {
		return strings.TrimPrefix(sub+".localhost", ".")
	})
	client, err := river.NewClient(riverpgxv5.New(pgtest.App(t)), &river.Config{Schema: migrate.RiverSchema}) // adds jobs and works none
	if err != nil {
		t.Fatal(err)
	}
	d.Letters.Queue = job.NewQueue(client)
	Does(d, &letter.NoticeWorker{Letters: d.Letters})
	return d
}

// Does has the desk do the worker's jobs too.
func Does[A river.JobArgs](d *Desk, w river.Worker[A]) {
	var kind A
	d.works[kind.Kind()] = func(ctx context.Context, text []byte, attempt int) error {
		var args A
		if err := json.Unmarshal(text, &args); err != nil {
			return err
		}
		return w.Work(ctx, &river.Job[A]{JobRow: &rivertype.JobRow{Attempt: attempt, MaxAttempts: 99}, Args: args})
	}
}

// Job is one that waits.
type Job struct {
	ID   int64
	Kind string
	Args []byte
}

// Waiting lists the jobs whose arguments hold a text, such as a tenant's id or an address: other tests have theirs.
func (d *Desk) Waiting(about string) (all []Job) {
	d.t.Helper()
	rows, err := pgtest.Super(d.t).Query(d.t.Context(), `SELECT id, kind, args FROM river.river_job WHERE position($1 IN args::text) > 0 ORDER BY id`, about)
	if err != nil {
		d.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var j Job
		if err := rows.Scan(&j.ID, &j.Kind, &j.Args); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, j)
	}
	if err := rows.Err(); err != nil {
		d.t.Fatal(err)
	}
	return all
}

// Try does a job once, as the attempt of that number.
func (d *Desk) Try(j Job, attempt int) error {
	d.t.Helper()
	do := d.works[j.Kind]
	if do == nil {
		d.t.Fatalf("nobody here does %s", j.Kind)
	}
	return do(d.t.Context(), j.Args, attempt)
}

// Work does all that waits about something, and what comes of it, and returns the letters that went out.
func (d *Desk) Work(about string) []Letter {
	d.t.Helper()
	for jobs := d.Waiting(about); len(jobs) > 0; jobs = d.Waiting(about) {
		for _, j := range jobs {
			if err := d.Try(j, 1); err != nil {
				d.t.Fatalf("%s: %v", j.Kind, err)
			}
			if _, err := pgtest.Super(d.t).Exec(d.t.Context(), `DELETE FROM river.river_job WHERE id = $1`, j.ID); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	return d.Sent()
}

// Letter is one that was sent.
type Letter struct{ To, From, Subject, Text string }

// Sent returns the letters since the last time.
func (d *Desk) Sent() (fresh []Letter) {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "*.eml")) // sorted
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range files[d.read:] {
		fresh = append(fresh, d.open(f))
	}
	d.read = len(files)
	return fresh
}

func (d *Desk) open(file string) Letter {
	d.t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		d.t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		d.t.Fatal(err)
	}
	to, err := netmail.ParseAddress(msg.Header.Get("To"))
	if err != nil {
		d.t.Fatal(err)
	}
	return Letter{To: to.Address, From: msg.Header.Get("From"), Subject: msg.Header.Get("Subject"), Text: strings.ReplaceAll(string(text), "\r\n", "\n")}
}

// Token is the secret in the letter's link, which must begin with the address given.
func (l Letter) Token(t testing.TB, address string) string {
	t.Helper()
	_, rest, found := strings.Cut(l.Text, "\n"+address+"#")
	token, _, _ := strings.Cut(rest, "\n")
	if !found || len(token) != 43 {
		t.Fatalf("want a link to %s with a token of 32 bytes: %s", address, l.Text)
	}
	return token
}

// Only is the one letter there must be.
func Only(t testing.TB, all []Letter) Letter {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("want one letter, got %d: %+v", len(all), all)
	}
	return all[0]
}
