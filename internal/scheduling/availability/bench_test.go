package availability_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pgtest"
)

// BenchmarkAvailability compares the CPU time of the public month list, from request to JSON, with that of
// the same SQL run bare through pgx with plain scanning, in the same run: this process's alone, and with the database's.
// The two together are what an answer costs; the bare run's own share is so small that its ratio tells little.
func BenchmarkAvailability(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, size := range []struct{ resources, perDay int }{{10, 7}, {20, 8}} {
		b.Run(fmt.Sprintf("31 days %d resources %d allocations", size.resources, 31*size.resources*size.perDay), func(b *testing.B) {
			m := newMonth(b, size.resources, size.perDay)
			m.ask(b, 31)
			m.trace.take()
			bytes := m.ask(b, 31)
			queries := m.trace.take()
			bare := newBare(b, m, queries)
			m.trace.disabled = true
			const block = 25 // long enough for either to pay for its own garbage
			var endpoint, plain spent
			rows, n := 0, 0
			for b.Loop() {
				n += block
				endpoint.add(b, func() {
					for range block {
						m.ask(b, 31)
					}
				})
				plain.add(b, func() {
					for range block {
						rows = bare.run(b)
					}
				})
			}
			b.ReportMetric(float64(endpoint.here)/float64(plain.here), "ratio")
			b.ReportMetric(float64(endpoint.here+endpoint.database)/float64(plain.here+plain.database), "ratio-with-database")
			b.ReportMetric(float64(endpoint.database.Microseconds())/float64(n), "database-cpu-µs")
			b.ReportMetric(float64(endpoint.here.Microseconds())/float64(n), "endpoint-cpu-µs")
			b.ReportMetric(float64(plain.here.Microseconds())/float64(n), "bare-cpu-µs")
			b.ReportMetric(float64(len(queries)), "queries")
			b.ReportMetric(float64(rows), "rows")
			b.ReportMetric(float64(bytes), "json-bytes")
		})
	}
}

// BenchmarkMonthView compares the CPU time of the counts of a month's days, from request to JSON and with the database's, with that
// of three lists of a single day: the ratio is to be below 1.
func BenchmarkMonthView(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, size := range []struct{ resources, perDay int }{{3, 7}, {10, 7}, {20, 8}} {
		b.Run(fmt.Sprintf("%d resources %d allocations", size.resources, 31*size.resources*size.perDay), func(b *testing.B) {
			m := newMonth(b, size.resources, size.perDay)
			m.trace.disabled = true
			var counts, days spent
			for b.Loop() {
				counts.add(b, func() {
					for range 25 {
						m.get(b, "availability/days", 31)
					}
				})
				days.add(b, func() {
					for range 25 * 3 {
						m.get(b, "availability", 1)
					}
				})
			}
			b.ReportMetric(float64(counts.here)/float64(days.here), "ratio")
			b.ReportMetric(float64(counts.here+counts.database)/float64(days.here+days.database), "ratio-with-database")
		})
	}
}

// spent is CPU time: of this process, and of the database's processes that serve it.
type spent struct{ here, database time.Duration }

func (s *spent) add(b *testing.B, f func()) {
	b.Helper()
	here, database := cpu(b), databaseCPU(b)
	f()
	s.here += cpu(b) - here
	s.database += databaseCPU(b) - database
}

// databaseCPU is what the backends of this database have used so far, 0 where the system doesn't tell.
func databaseCPU(b *testing.B) (total time.Duration) {
	b.Helper()
	rows, err := pgtest.Super(b).Query(b.Context(), "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'smoothschedule'")
	if err != nil {
		b.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		b.Fatal(err)
	}
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
		if err != nil {
			return 0
		}
		var ns int64
		if _, err := fmt.Sscan(string(text), &ns); err != nil {
			return 0
		}
		total += time.Duration(ns)
	}
	return total
}

// cpu is what this process has used so far.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bare runs the endpoint's two queries, with positional arguments, in its transaction.
type bare struct {
	m       *month
	opening string
	queries []statement
	times   []time.Time
}

// times reads the instants that the calendar's query packs into one string.
func times(into []time.Time, packed []byte) []time.Time {
	for ; len(packed) >= 8; packed = packed[8:] {
		into = append(into, time.UnixMicro(946_684_800_000_000+int64(binary.BigEndian.Uint64(packed))))
	}
	return into
}

func newBare(b *testing.B, m *month, queries []statement) *bare {
	b.Helper()
	if len(queries) != 2 {
		b.Fatalf("%d queries, want the service's and the calendar's", len(queries))
	}
	out := &bare{m: m, opening: m.trace.opening}
	for _, q := range queries {
		named, ok := q.args[0].(pgx.QueryRewriter)
		if !ok {
			b.Fatalf("unexpected arguments of %s", q.sql)
		}
		sql, args, err := named.RewriteQuery(b.Context(), nil, q.sql, q.args[1:])
		if err != nil {
			b.Fatal(err)
		}
		out.queries = append(out.queries, statement{sql, args})
	}
	return out
}

func (p *bare) run(b *testing.B) (n int) {
	b.Helper()
	ctx := b.Context()
	err := pgx.BeginTxFunc(ctx, p.m.pool, pgx.TxOptions{BeginQuery: p.opening}, func(tx pgx.Tx) error {
		service, err := p.service(ctx, tx)
		if err != nil {
			return err
		}
		calendar, err := p.calendar(ctx, tx)
		n = service + calendar
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (p *bare) service(ctx context.Context, tx pgx.Tx) (n int, err error) { return p.read(ctx, tx, 0) }

func (p *bare) calendar(ctx context.Context, tx pgx.Tx) (n int, err error) { return p.read(ctx, tx, 1) }

// read scans every value into what the wire holds, and times into times, without making anything of it.
func (p *bare) read(ctx context.Context, tx pgx.Tx, i int) (n int, err error) {
	rows, err := tx.Query(ctx, p.queries[i].sql, p.queries[i].args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return n, err
		}
		for _, v := range values {
			if packed, ok := v.([]byte); ok {
				p.times = times(p.times[:0], packed)
			}
		}
		n++
	}
	return n, rows.Err()
}
