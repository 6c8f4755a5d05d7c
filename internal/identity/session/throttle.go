package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// bucket counts failures of one kind. Its key is a keyed hash: unknown addresses are throttled like known ones
// and nobody's address is stored.
type bucket struct {
	key   []byte
	also  []byte // of another that a success empties too, or nil
	limit int    // failures in the window that block
	// doubling blocks for a second at the limit and twice as long with each failure more, otherwise until the window ends.
	doubling bool
	window   time.Duration
}

const (
	netWindow = 15 * time.Minute
	maxBlock  = 15 * time.Minute
	// doublingWindow is longer than any block: to wait for the end of one is not to start anew.
	doublingWindow = 24 * time.Hour
)

// throttle makes the keys of the buckets.
type throttle struct{ secret []byte }

// buckets are those that a failure counts in, the account's first. A browser that signed in before has one of its own,
// so that nobody else can lock its owner out.
func (s throttle) buckets(host, email, ip, known string) []bucket {
	account := bucket{key: s.bucketKey("account", host, email), limit: 5, doubling: true, window: doublingWindow}
	if s.isKnown(host, email, known) {
		account.key, account.also = s.bucketKey("device", host, email, known), account.key
	}
	return s.withNetwork(account, ip)
}

// sessionBuckets are those of somebody who is signed in and proves again who they are: their own session's, so that nobody
// else's failures keep them out.
func (s throttle) sessionBuckets(in Session, ip string) []bucket {
	return s.withNetwork(bucket{key: s.bucketKey("session", in.ID.String()), limit: 5, doubling: true, window: doublingWindow}, ip)
}

// withNetwork adds the buckets of the caller's address and its neighbours.
func (s throttle) withNetwork(first bucket, ip string) []bucket {
	all := []bucket{first}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return all
	}
	return append(all,
		bucket{key: s.bucketKey("ip", addr.String()), limit: 100, window: netWindow},
		bucket{key: s.bucketKey("network", networkOf(addr).String()), limit: 300, window: netWindow})
}

// networkOf is an address with its neighbours.
func networkOf(addr netip.Addr) netip.Prefix {
	bits := 24
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // bits fit the address
	return network
}

func (s throttle) bucketKey(parts ...string) []byte {
	mac := hmac.New(sha256.New, s.secret)
	for _, p := range parts {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	return mac.Sum(nil)
}

func tooMany(wait time.Duration) error {
	return &fault.Error{
		Kind: fault.TooMany, Code: "too_many_attempts", RetryAfter: (wait + time.Second - 1).Truncate(time.Second),
		Detail: "Too many failed attempts. Wait a little, then try again.",
	}
}

func keys(buckets []bucket) [][]byte {
	all := make([][]byte, len(buckets))
	for i, b := range buckets {
		all[i] = b.key
	}
	return all
}

// knownCookie is what a browser that signed in as email on host keeps: a random text and a proof that it is from here.
func (s throttle) knownCookie(host, email string) string {
	nonce := rand.Text()
	return nonce + "." + hex.EncodeToString(s.bucketKey("known", host, email, nonce))
}

func (s throttle) isKnown(host, email, cookie string) bool {
	nonce, proof, ok := strings.Cut(cookie, ".")
	return ok && hmac.Equal([]byte(proof), []byte(hex.EncodeToString(s.bucketKey("known", host, email, nonce))))
}

func blocked(ctx context.Context, tx pg.PlaceTx, buckets []bucket) error {
	got, err := pg.One[struct {
		Until *time.Time `db:"until"`
	}](ctx, tx, `SELECT max(blocked_until) AS until FROM public.login_failures WHERE bucket = ANY(@keys::bytea[])`, pg.Args{"keys": keys(buckets)})
	if err != nil {
		return err
	}
	if got.Until != nil && got.Until.After(tx.Now()) {
		return tooMany(got.Until.Sub(tx.Now()))
	}
	return nil
}

// countFailures counts one in each bucket and returns how many the account has in a row.
func countFailures(ctx context.Context, tx pg.PlaceTx, buckets []bucket) (inARow int, err error) {
	for i, b := range buckets {
		n, err := count(ctx, tx, b)
		if err != nil {
			return 0, err
		}
		if i == 0 {
			inARow = n
		}
	}
	return inARow, prune(ctx, tx)
}

// prune drops a few that are of no use any more: the table stays small without a job of its own.
func prune(ctx context.Context, tx pg.PlaceTx) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.login_failures WHERE bucket IN (
			SELECT bucket FROM public.login_failures WHERE window_start <= @old ORDER BY window_start LIMIT 10 FOR UPDATE SKIP LOCKED)`,
		pg.Args{"old": tx.Now().Add(-doublingWindow)})
	return err
}

func count(ctx context.Context, tx pg.PlaceTx, b bucket) (failures int, err error) {
	got, err := pg.One[struct {
		Failures int `db:"failures"`
	}](ctx, tx, `
		INSERT INTO public.login_failures (bucket, failures, window_start, blocked_until) VALUES (@bucket, 1, @now, @now)
		ON CONFLICT (bucket) DO UPDATE SET
			failures = CASE WHEN login_failures.window_start <= @expired THEN 1 ELSE login_failures.failures + 1 END,
			window_start = CASE WHEN login_failures.window_start <= @expired OR @slides::boolean THEN @now ELSE login_failures.window_start END
		RETURNING failures`, pg.Args{"bucket": b.key, "now": tx.Now(), "expired": tx.Now().Add(-b.window), "slides": b.doubling})
	if err != nil || got.Failures < b.limit {
		return got.Failures, err
	}
	_, err = pg.Exec(ctx, tx, `UPDATE public.login_failures SET blocked_until = @until WHERE bucket = @bucket`,
		pg.Args{"bucket": b.key, "until": tx.Now().Add(b.block(got.Failures))})
	return got.Failures, err
}

func (b bucket) block(failures int) time.Duration {
	if !b.doubling {
		return b.window
	}
	return min(time.Second<<min(failures-b.limit, 20), maxBlock)
}

// forgive forgets the failures of the account that just signed in, also those from elsewhere when its browser has a bucket of its
// own: failures are counted in a row. Those of the network stay.
func forgive(ctx context.Context, tx pg.PlaceTx, buckets []bucket) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.login_failures WHERE bucket = ANY(@keys::bytea[])`, pg.Args{"keys": [][]byte{buckets[0].key, buckets[0].also}})
	return err
}
