package audit

import (
	"context"

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
