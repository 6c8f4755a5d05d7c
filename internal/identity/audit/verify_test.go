package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// tampering is a change of one row, by its sequence number $2 in the chain $1.
var tampering = []string{
	`id = gen_random_uuid()`, `seq = seq + 1000`, `at = at + interval '1 second'`, `at = at + interval '1 microsecond'`, `action = 'GRANT_REVOKED'`,
	`result = 'denied'`, `tenant_id = x.id, chain = 'tenant:' || x.id`, `actor_id = x.id`, `actor_id = NULL`, `actor_email = 'other@x.y'`, `actor_role = NULL`,
	`subject_id = x.id`, `subject_email = NULL`, `subject_role = 'SUPERUSER'`, `masquerade_id = x.id`, `ip_address = '10.0.0.1'`, `reason = 'another'`,
	`deny_code = ''`, `request_id = NULL`, `line = replace(line, 'boss@', 'somebody@')`, `line = line || ' '`, `line = '{}'`, `line = ''`,
	`prev_hash = sha256('x')`, `hash = sha256('x')`,
	`actor_email = 'other@x.y', line = replace(line, 'boss@smoothschedule.com', 'other@x.y')`,
}

func TestEveryChangeOfAnyRowIsFoundAtThatRow(t *testing.T) {
	t.Parallel()
	breaking(t)
	c := newChain(t, 4)
	for _, set := range tampering {
		for seq := int64(1); seq <= 4; seq++ {
			c.exec(t, `UPDATE public.audit_log l SET `+set+` FROM (SELECT gen_random_uuid() AS id) x WHERE l.chain = $1 AND l.seq = $2`, c.name, seq)
			if set == tampering[1] && seq == 4 || set == tampering[6] && seq == 4 { // the end is gone: an anchor finds that
				c.restore(t)
				continue
			}
			c.wantBreak(t, set, seq)
			c.restore(t)
		}
	}
	if n, err := audit.VerifyChain(t.Context(), database(t), c.name); n != 4 || err != nil {
		t.Errorf("untouched: %d, %v", n, err)
	}
}

func TestRowsThatAreRemovedAddedOrMovedAreFound(t *testing.T) {
	t.Parallel()
	breaking(t)
	c := newChain(t, 5)
	for _, tc := range []struct {
		what, sql string
		at        int64
	}{
		{"first removed", `DELETE FROM public.audit_log WHERE chain = $1 AND seq = 1`, 1},
		{"one removed", `DELETE FROM public.audit_log WHERE chain = $1 AND seq = 3`, 3},
		{"one removed, the rest moved up", `WITH d AS (DELETE FROM public.audit_log WHERE chain = $1 AND seq = 5 RETURNING 1)
			UPDATE public.audit_log SET line = (SELECT line FROM public.audit_log WHERE chain = $1 AND seq = 5), hash = (SELECT hash FROM public.audit_log WHERE chain = $1 AND seq = 5) WHERE chain = $1 AND seq = 4`, 4},
		{"a copy added", `INSERT INTO public.audit_log SELECT gen_random_uuid(), chain, 6, at, action, result, tenant_id, actor_id, actor_email, actor_role, subject_id,
			subject_email, subject_role, masquerade_id, ip_address, reason, deny_code, request_id, line, prev_hash, hash FROM public.audit_log WHERE chain = $1 AND seq = 5`, 6},
		{"two swapped", `UPDATE public.audit_log a SET line = b.line, hash = b.hash, prev_hash = b.prev_hash, id = gen_random_uuid()
			FROM public.audit_log b WHERE a.chain = $1 AND b.chain = $1 AND (a.seq, b.seq) IN ((2, 3), (3, 2))`, 2},
	} {
		c.exec(t, tc.sql, c.name)
		c.wantBreak(t, tc.what, tc.at)
		c.restore(t)
	}
}

func TestARowRewrittenWithItsHashBreaksTheNext(t *testing.T) {
	t.Parallel()
	breaking(t)
	c := newChain(t, 3)
	row := rowsOf(t, "chain = $1", c.name)[1]
	line := forged(t, row.line, "boss@smoothschedule.com", "other@smoothschedule.com", row.prev)
	c.exec(t, `UPDATE public.audit_log SET line = $2, hash = decode($3, 'hex'), actor_email = 'other@smoothschedule.com' WHERE chain = $1 AND seq = 2`,
		c.name, line, hashed(t, line, row.prev))
	c.wantBreak(t, "rewritten", 3)
}

func TestARowOfAnotherTenantCantPassForOneOfThisChain(t *testing.T) {
	t.Parallel()
	_, chain := own()
	_, err := pgtest.Super(t).Exec(t.Context(), `INSERT INTO public.audit_log (id, chain, seq, at, action, result, ip_address, line, prev_hash, hash)
		VALUES (gen_random_uuid(), $1, 1, now(), 'X', 'allowed', '', '', sha256(''), sha256(''))`, chain)
	if !pgCheck(err, "audit_log_chain_name") {
		t.Errorf("error %v", err)
	}
}

func pgCheck(err error, name string) bool { return err != nil && strings.Contains(err.Error(), name) }

// chain is a chain to break.
type chain struct {
	name  string
	saved []string
}

func newChain(t *testing.T, entries int) *chain {
	t.Helper()
	l, _ := open(t)
	tenant, name := own()
	removed(t, tenant)
	for i := range entries {
		record(t, l, granted(tenant, fmt.Sprintf("number %d", i+1)))
	}
	c := &chain{name: name}
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT array_agg(to_jsonb(l)::text ORDER BY seq) FROM public.audit_log l WHERE chain = $1`, name).Scan(&c.saved)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *chain) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	tag, err := pgtest.Super(t).Exec(t.Context(), sql, args...)
	if err != nil || tag.RowsAffected() == 0 {
		t.Fatalf("%s: %d rows, %v", sql, tag.RowsAffected(), err)
	}
}

func (c *chain) restore(t *testing.T) {
	t.Helper()
	_, err := pgtest.Super(t).Exec(t.Context(), `DELETE FROM public.audit_log WHERE chain = $1 OR id IN (SELECT (j::jsonb->>'id')::uuid FROM unnest($2::text[]) j)`, c.name, c.saved)
	if err != nil {
		t.Fatal(err)
	}
	c.exec(t, `INSERT INTO public.audit_log SELECT r.* FROM unnest($1::text[]) j, jsonb_populate_record(NULL::public.audit_log, j::jsonb) r`, c.saved)
}

func (c *chain) wantBreak(t *testing.T, what string, seq int64) {
	t.Helper()
	_, err := audit.VerifyChain(t.Context(), database(t), c.name)
	var b *audit.BreakError
	if !errors.As(err, &b) || b.Chain != c.name || b.Seq != seq || !errors.Is(err, audit.ErrBroken) {
		t.Errorf("%s, row %d: %v", what, seq, err)
	}
}

func TestVerifyTellsHowLongEachChainIs(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	tenant, chain := own()
	record(t, l, granted(tenant, "one"), granted(tenant, "two"), started(uuid.New()))
	alone(t)
	told, err := verify(t, dir, nil)
	if err != nil || !strings.Contains(told, "chain "+chain+": 2 entries\n") || !strings.Contains(told, "chain masquerade: ") || !strings.Contains(told, "file masquerade.log: 1 lines\n") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestVerifyReportsABrokenChainAndGoesOn(t *testing.T) {
	t.Parallel()
	alone(t)
	c := newChain(t, 2)
	_, dir := open(t)
	c.exec(t, `UPDATE public.audit_log SET reason = 'another' WHERE chain = $1 AND seq = 2`, c.name)
	told, err := verify(t, dir, nil)
	want := `BROKEN: chain ` + c.name + `, seq 2: column reason is "another", its line says "number 2"`
	if !errors.Is(err, audit.ErrBroken) || !strings.Contains(told, want+"\n") || !strings.Contains(told, "file masquerade.log: 0 lines") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestAChangedLineOfTheFileIsFound(t *testing.T) {
	t.Parallel()
	alone(t)
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor), started(actor), started(actor))
	rows, text := byActor(t, actor), fileOf(t, dir, "masquerade.log")
	two := rows[1].line
	business, _ := own()
	record(t, l, granted(business, "no masquerade"))
	for what, changed := range map[string]string{
		"another chain's":  rowsOf(t, "tenant_id = $1", business)[0].line,
		"its request":      strings.Replace(two, `"req_`, `"rex_`, 1),
		"a letter":         strings.Replace(two, "Ticket", "Tickst", 1),
		"with its hash":    forged(t, two, "Ticket", "Tickst", rows[1].prev),
		"another place":    forged(t, two, fmt.Sprintf(`"seq":%d`, rows[1].seq), fmt.Sprintf(`"seq":%d`, rows[0].seq), rows[1].prev) + "\n" + two,
		"the other action": forged(t, two, `"reason":"Ticket 812"`, `"reason":null`, rows[1].prev),
		"no line at all":   "hello",
		"an empty line":    `{"timestamp":"2026-06-01T12:00:00Z"}`,
		"its order":        strings.Replace(two, `"action":"HIJACK_START",`, "", 1),
	} {
		writeFile(t, dir, "masquerade.log", strings.Replace(text, two, changed, 1))
		if told, err := verify(t, dir, nil); !errors.Is(err, audit.ErrBroken) || !strings.Contains(told, "BROKEN: chain masquerade") {
			t.Errorf("%s: %v: %s", what, err, told)
		}
	}
	writeFile(t, dir, "masquerade.log", rowsOf(t, "tenant_id = $1", business)[0].line+"\n")
	if told, err := verify(t, dir, nil); !errors.Is(err, audit.ErrBroken) {
		t.Errorf("nothing but another chain's: %v: %s", err, told)
	}
	writeFile(t, dir, "masquerade.log.1", strings.Replace(text, "Ticket", "Tickst", 1))
	writeFile(t, dir, "masquerade.log", "")
	if told, err := verify(t, dir, nil); !errors.Is(err, audit.ErrBroken) {
		t.Errorf("in a rotated file: %v: %s", err, told)
	}
	writeFile(t, dir, "masquerade.log.1", "")
	writeFile(t, dir, "masquerade.log", rows[0].line+"\n"+rows[2].line+"\n")
	if told, err := verify(t, dir, nil); err != nil {
		t.Errorf("a gap, as another node leaves: %v: %s", err, told)
	}
}

func TestALineWhoseTransactionWasGivenUpIsANote(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	ctx := called(t)
	actor := uuid.New()
	gaveUp := errors.New("gave up")
	err := database(t).InPlatform(ctx, func(tx *pg.PlatformTx) error {
		return errors.Join(l.Append(ctx, tx, started(actor)), gaveUp)
	})
	if !errors.Is(err, gaveUp) || len(byActor(t, actor)) != 0 || strings.Count(fileOf(t, dir, "masquerade.log"), "\n") != 1 {
		t.Fatalf("%v", err)
	}
	record(t, l, started(actor))
	alone(t)
	if told, err := verify(t, dir, nil); err != nil || strings.Count(told, "has no committed row") != 1 {
		t.Errorf("%v: %s", err, told)
	}
}

func TestAnotherNodeMayTakeThePlaceOfALineThatWasGivenUp(t *testing.T) {
	t.Parallel()
	alone(t)
	one, dir := open(t)
	two, _ := open(t)
	ctx := called(t)
	_ = database(t).InPlatform(ctx, func(tx *pg.PlatformTx) error {
		return errors.Join(one.Append(ctx, tx, started(uuid.New())), errors.New("gave up"))
	})
	record(t, two, started(uuid.New()))
	if told, err := verify(t, dir, nil); err != nil || !strings.Contains(told, "has no committed row") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestAnchorsFindACutAndARewrittenChain(t *testing.T) {
	t.Parallel()
	alone(t)
	key := []byte("a key that the database does not hold")
	l, dir := open(t)
	c := newChain(t, 3)
	if err := l.Anchor(t.Context(), database(t), key, noon); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"timestamp":"2026-06-01T12:00:00Z","chain":"%s","seq":3,"hash":"%x","mac":"`, c.name, rowsOf(t, "chain = $1", c.name)[2].hash)
	anchors := fileOf(t, dir, "audit_anchor.log")
	if !strings.Contains(anchors, want) {
		t.Fatalf("anchors: %s", anchors)
	}
	expect := func(what string, key []byte, found string) {
		t.Helper()
		told, err := verify(t, dir, key)
		if errors.Is(err, audit.ErrBroken) != (found != "") || !strings.Contains(told, found) {
			t.Errorf("%s: %v: %s", what, err, told)
		}
	}
	expect("untouched", key, "")
	expect("another key", []byte("another key"), "signature is wrong")
	c.exec(t, `DELETE FROM public.audit_log WHERE chain = $1 AND seq = 3`, c.name)
	expect("cut, without the anchors", nil, "")
	expect("cut", key, c.name+", seq 3: the entry was there")
	c.exec(t, `DELETE FROM public.audit_log WHERE chain = $1`, c.name)
	expect("gone", key, c.name+", seq 3: the entry was there")
	c.restore(t)
	row := rowsOf(t, "chain = $1", c.name)[2]
	line := forged(t, row.line, "boss@smoothschedule.com", "other@smoothschedule.com", row.prev)
	c.exec(t, `UPDATE public.audit_log SET line = $2, hash = decode($3, 'hex'), actor_email = 'other@smoothschedule.com' WHERE chain = $1 AND seq = 3`, c.name, line, hashed(t, line, row.prev))
	expect("rewritten, without the anchors", nil, "")
	expect("rewritten", key, c.name+", seq 3: the entry is another one")
	c.restore(t)
	writeFile(t, dir, "audit_anchor.log", strings.Replace(anchors, `"seq":3`, `"seq":2`, 1))
	expect("an anchor changed", key, "signature is wrong")
}
