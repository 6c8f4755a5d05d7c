package availability

import (
	"encoding/binary"
	"iter"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// instants are spans, a start and an end each, in the binary form of PostgreSQL's timestamptz one after the other.
// One string of them is cheaper to send and to read than two arrays: BenchmarkMonthView shows it.
type instants []byte

const (
	instantBytes = 8
	spanBytes    = 2 * instantBytes
)

// epoch is PostgreSQL's: 2000-01-01T00:00:00Z, in microseconds of Unix.
const epoch = 946_684_800_000_000

func (b instants) len() int { return len(b) / spanBytes }

// spans numbers them from 0.
func (b instants) spans() iter.Seq2[int, calendar.Span] {
	return func(yield func(int, calendar.Span) bool) {
		for i := range b.len() {
			at := b[i*spanBytes:]
			if !yield(i, calendar.Span{Start: at.first(), End: at[instantBytes:].first()}) {
				return
			}
		}
	}
}

func (b instants) first() time.Time {
	return time.UnixMicro(epoch + int64(binary.BigEndian.Uint64(b))) //nolint:gosec // a signed number in its two's complement
}
