package audit

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// end is where a chain stops: the next entry takes seq + 1 and builds on the hash.
type end struct {
	Seq  int64  `db:"seq"`
	Hash []byte `db:"hash"`
}

// head locks the chain until the transaction ends, and says where it stops.
func head(ctx context.Context, tx pg.Querier, chain string) (end, error) {
	return pg.One[end](ctx, tx, `SELECT seq, hash FROM public.audit_head(@chain)`, pg.Args{"chain": chain})
}

func insert(ctx context.Context, tx pg.Querier, r row) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.audit_log (id, chain, seq, at, action, result, tenant_id, actor_id, actor_email, actor_role,
			subject_id, subject_email, subject_role, masquerade_id, ip_address, reason, deny_code, request_id, line, prev_hash, hash)
		VALUES (@id, @chain, @seq, @at, @action, @result, @tenant_id, @actor_id, @actor_email, @actor_role,
			@subject_id, @subject_email, @subject_role, @masquerade_id, @ip_address, @reason, @deny_code, @request_id, @line, @prev_hash, @hash)`, pg.Args{
		"id": r.ID, "chain": r.Chain, "seq": r.Seq, "at": r.At, "action": r.Action, "result": r.Result, "tenant_id": r.TenantID,
		"actor_id": r.ActorID, "actor_email": r.ActorEmail, "actor_role": r.ActorRole,
		"subject_id": r.SubjectID, "subject_email": r.SubjectEmail, "subject_role": r.SubjectRole, "masquerade_id": r.MasqueradeID,
		"ip_address": r.IPAddress, "reason": r.Reason, "deny_code": r.DenyCode, "request_id": r.RequestID,
		"line": r.Line, "prev_hash": r.PrevHash, "hash": r.Hash,
	})
	return err
}

const columns = `id, chain, seq, at, action, result, tenant_id, actor_id, actor_email, actor_role,
	subject_id, subject_email, subject_role, masquerade_id, ip_address, reason, deny_code, request_id, line, prev_hash, hash`

// pageOf is the next rows of a chain: a chain may be longer than a transaction may last.
func pageOf(ctx context.Context, tx *pg.PlatformTx, chain string, after int64) ([]row, error) {
	return pg.All[row](ctx, tx, `SELECT `+columns+` FROM public.audit_log WHERE chain = @chain AND seq > @after ORDER BY seq LIMIT 1000`,
		pg.Args{"chain": chain, "after": after})
}

// spot is an entry's place.
type spot struct {
	Chain string `db:"chain"`
	Seq   int64  `db:"seq"`
}

// top is the last entry of a chain.
type top struct {
	spot
	Hash []byte `db:"hash"`
}

// tops lists the chains. It jumps from one to the next in the index instead of reading all rows.
func tops(ctx context.Context, tx *pg.PlatformTx) ([]top, error) {
	return pg.All[top](ctx, tx, `
		WITH RECURSIVE chains AS (
			(SELECT chain FROM public.audit_log ORDER BY chain LIMIT 1)
			UNION ALL
			SELECT (SELECT l.chain FROM public.audit_log l WHERE l.chain > c.chain ORDER BY l.chain LIMIT 1) FROM chains c WHERE c.chain IS NOT NULL)
		SELECT c.chain, last.seq, last.hash FROM chains c
			CROSS JOIN LATERAL (SELECT l.seq, l.hash FROM public.audit_log l WHERE l.chain = c.chain ORDER BY l.seq DESC LIMIT 1) last
		ORDER BY c.chain`, nil)
}

// stored is what a line of a file is compared with.
type stored struct {
	spot
	Line string `db:"line"`
	Hash []byte `db:"hash"`
}

func rowsAt(ctx context.Context, tx *pg.PlatformTx, spots []spot) ([]stored, error) {
	chains, seqs := make([]string, len(spots)), make([]int64, len(spots))
	for i, s := range spots {
		chains[i], seqs[i] = s.Chain, s.Seq
	}
	return pg.All[stored](ctx, tx, `
		SELECT l.chain, l.seq, l.line, l.hash
		FROM (SELECT DISTINCT chain, seq FROM unnest(@chains::text[], @seqs::bigint[]) AS w (chain, seq)) wanted
			JOIN public.audit_log l ON l.chain = wanted.chain AND l.seq = wanted.seq`, pg.Args{"chains": chains, "seqs": seqs})
}

// search lists entries, newest first, behind the one with the id after.
func search(ctx context.Context, tx pg.Querier, f PlatformFilter, actor *uuid.UUID, after uuid.UUID, rows int) ([]row, error) {
	return pg.All[row](ctx, tx, `
		SELECT `+columns+` FROM public.audit_log
		WHERE (id < @after OR @after = '00000000-0000-0000-0000-000000000000'::uuid)
			AND (@actor::uuid IS NULL OR actor_id = @actor)
			AND (@tenant_id::uuid IS NULL OR tenant_id = @tenant_id)
			AND (@user_id::uuid IS NULL OR actor_id = @user_id OR subject_id = @user_id)
			AND (@action::text = '' OR action = @action)
			AND (@result::text = '' OR result = @result)
			AND (@from::timestamptz IS NULL OR at >= @from)
			AND (@to::timestamptz IS NULL OR at < @to)
			AND (@query::text = '' OR strpos(lower(concat_ws(' ', action, actor_email, subject_email, reason, deny_code, ip_address)), lower(@query)) > 0)
		ORDER BY id DESC LIMIT @rows`, pg.Args{
		"after": after, "actor": actor, "tenant_id": api.Optional(f.TenantID), "user_id": api.Optional(f.UserID),
		"action": f.Action, "result": f.Result, "from": api.Optional(f.From), "to": api.Optional(f.To), "query": f.Query, "rows": rows,
	})
}
