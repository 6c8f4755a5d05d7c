package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

const idempotencyHeader = "Idempotency-Key"

// keepAnswers is how long a repeated request gets the first one's answer.
const keepAnswers = 24 * time.Hour

var (
	errInFlight  = &fault.Error{Kind: fault.Conflict, Code: "idempotency_in_flight", Detail: "The first request with this Idempotency-Key is still running. Ask again in a second.", RetryAfter: time.Second}
	errKeyReused = &fault.Error{Kind: fault.Invalid, Code: "idempotency_key_reused", Detail: "This Idempotency-Key was used for another request. Use a new one."}
	errKeyFormat = &fault.Error{Kind: fault.Malformed, Code: "invalid_parameter", Detail: "An Idempotency-Key is 1 to 255 printable ASCII characters."}
)

func checkIdempotencyKey(key string) error {
	if len(key) > 255 {
		return errKeyFormat
	}
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return errKeyFormat
		}
	}
	return nil
}

type storedAnswer struct {
	Fingerprint []byte          `db:"fingerprint"`
	Answer      json.RawMessage `db:"answer"`
}

// once runs a request at most once for each key. The answer is stored in the request's own transaction,
// so that a crash leaves both the effect and the answer, or neither. What rolls back is not stored and may be tried again.
func once[I, T any](ctx context.Context, answers keptAnswers, tx *pg.TenantTx, in *I, run func() (T, error)) (out T, replayed bool, err error) {
	req := requestFrom(ctx)
	asked, err := fingerprint(req.target, in)
	if err != nil {
		return out, false, err
	}
	place := tx.Tenant.Schema + "/idempotency/" + req.idempotencyKey
	free, err := tryLock(ctx, tx, place)
	if err != nil {
		return out, false, err
	}
	if !free {
		return out, false, errInFlight
	}
	stored, err := pg.One[storedAnswer](ctx, tx, `SELECT fingerprint, answer FROM idempotency_keys WHERE key = @key AND created_at > @oldest`,
		pg.Args{"key": req.idempotencyKey, "oldest": tx.Now().Add(-keepAnswers)})
	switch {
	case err == nil && !bytes.Equal(stored.Fingerprint, asked):
		return out, false, errKeyReused
	case err == nil:
		err = answers.open(place, stored.Answer, &out)
		return out, true, err
	case !errors.Is(err, pg.ErrNoRow):
		return out, false, err
	}
	if out, err = run(); err != nil {
		return out, false, err
	}
	answer, err := answers.seal(place, out)
	if err != nil {
		return out, false, err
	}
	return out, false, remember(ctx, tx, req.idempotencyKey, asked, answer)
}

// fingerprint identifies what was asked: the decoded input, so that spaces and the order of fields don't matter.
func fingerprint(target string, in any) ([]byte, error) {
	input, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("fingerprint: %w", err)
	}
	sum := sha256.Sum256(append([]byte(target+"\n"), input...))
	return sum[:], nil
}

// tryLock never waits: a second request with the key is told to ask again rather than held.
func tryLock(ctx context.Context, tx *pg.TenantTx, place string) (bool, error) {
	sum := sha256.Sum256([]byte(place))
	got, err := pg.One[struct {
		Free bool `db:"free"`
	}](ctx, tx, `SELECT pg_try_advisory_xact_lock(@key::bigint) AS free`, pg.Args{"key": int64(binary.BigEndian.Uint64(sum[:8]))}) //nolint:gosec // any 64 bits will do
	return got.Free, err
}

func remember(ctx context.Context, tx *pg.TenantTx, key string, asked []byte, answer json.RawMessage) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO idempotency_keys (key, fingerprint, answer, created_at) VALUES (@key, @fingerprint, @answer, @now)
		ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at`,
		pg.Args{"key": key, "fingerprint": asked, "answer": answer, "now": tx.Now()})
	if err != nil {
		return err
	}
	// A few old ones go with each new one: the table stays small without a job of its own.
	_, err = pg.Exec(ctx, tx, `
		DELETE FROM idempotency_keys WHERE key IN (
			SELECT key FROM idempotency_keys WHERE created_at <= @oldest ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
		pg.Args{"oldest": tx.Now().Add(-keepAnswers)})
	return err
}
