package masquerade

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// user is a person with their business, as far as the rules ask.
type user struct {
	ID                id.ID[account.User] `db:"id"`
	TenantID          *uuid.UUID          `db:"tenant_id"`
	TenantSlug        *string             `db:"tenant_slug"`
	TenantStatus      *string             `db:"tenant_status"`
	Name              string              `db:"name"`
	Email             string              `db:"email"`
	Role              role.Role           `db:"role"`
	IsActive          bool                `db:"is_active"`
	IsTemporary       bool                `db:"is_temporary"`
	IsSandbox         bool                `db:"is_sandbox"`
	PasswordChangedAt *time.Time          `db:"password_changed_at"`
}

func (u user) person() Person {
	mode := pg.Live
	if u.IsSandbox {
		mode = pg.Test
	}
	return Person{ID: u.ID.UUID(), TenantID: u.TenantID, Role: u.Role, IsActive: u.IsActive, IsTemporary: u.IsTemporary, Mode: mode}
}

func (u user) audit() audit.Person {
	return audit.Person{ID: u.ID.UUID(), Email: u.Email, Role: string(u.Role)}
}

func (u user) asPerson() session.Person {
	return session.Person{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role}
}

// userOf finds a user and keeps the row as it is until the transaction ends.
func userOf(ctx context.Context, tx *pg.PlatformTx, key id.ID[account.User]) (user, error) {
	return pg.One[user](ctx, tx, `
		SELECT u.id, u.tenant_id, t.slug AS tenant_slug, t.status AS tenant_status, u.name, u.email, u.role,
			(u.is_active AND u.locked_at IS NULL AND u.anonymised_at IS NULL) AS is_active, u.is_temporary, u.is_sandbox, u.password_changed_at
		FROM public.users u LEFT JOIN public.tenants t ON t.id = u.tenant_id WHERE u.id = @id FOR SHARE OF u`, pg.Args{"id": key})
}

type newMasquerade struct {
	id         ID
	actor      id.ID[account.User]
	subject    id.ID[account.User]
	tenantID   *uuid.UUID
	mode       pg.Mode
	reason     string
	ticketID   string
	returnPath string
	expiresAt  time.Time
}

func insert(ctx context.Context, tx *pg.PlatformTx, m newMasquerade) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.masquerades (id, actor_id, subject_id, tenant_id, mode, reason, ticket_id, return_path, started_at, expires_at)
		VALUES (@id, @actor, @subject, @tenant_id, @mode, @reason, nullif(@ticket_id, ''), @return_path, @now, @expires_at)`, pg.Args{
		"id": m.id, "actor": m.actor, "subject": m.subject, "tenant_id": m.tenantID, "mode": m.mode, "reason": m.reason, "ticket_id": m.ticketID,
		"return_path": m.returnPath, "now": tx.Now(), "expires_at": m.expiresAt,
	})
	return err
}

// startedSince counts. It makes the actor's other starts wait: two at once must not pass the limit together.
func startedSince(ctx context.Context, tx *pg.PlatformTx, actor id.ID[account.User], since time.Time) (int, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('masquerades/' || @actor::uuid, 0))`, pg.Args{"actor": actor}); err != nil {
		return 0, err
	}
	got, err := pg.One[struct {
		N int `db:"n"`
	}](ctx, tx, `SELECT count(*) AS n FROM public.masquerades WHERE actor_id = @actor AND started_at > @since`, pg.Args{"actor": actor, "since": since})
	return got.N, err
}

// handoff is a one-time code for the subject's host, bound to the browser that asked.
type handoff struct {
	code       string
	masquerade ID
	tenantID   uuid.UUID
	host       string
	userAgent  string
}

func insertHandoff(ctx context.Context, tx *pg.PlatformTx, h handoff) error {
	agent := sha256.Sum256([]byte(h.userAgent))
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.handoffs (code_hash, tenant_id, masquerade_id, host, user_agent_hash, expires_at)
		VALUES (@code_hash, @tenant_id, @masquerade_id, @host, @agent, @expires_at)`, pg.Args{
		"code_hash": secret.Hash(h.code), "tenant_id": h.tenantID, "masquerade_id": h.masquerade, "host": h.host, "agent": agent[:],
		"expires_at": tx.Now().Add(codeTime),
	})
	return err
}

// takeHandoff uses a code up. A second use finds nothing.
func takeHandoff(ctx context.Context, tx *pg.SharedTx, code, host, userAgent string) (ok bool, err error) {
	agent := sha256.Sum256([]byte(userAgent))
	n, err := pg.Exec(ctx, tx, `
		UPDATE public.handoffs SET used_at = @now
		WHERE code_hash = @code_hash AND host = @host AND user_agent_hash = @agent AND used_at IS NULL AND expires_at > @now`,
		pg.Args{"code_hash": secret.Hash(code), "host": host, "agent": agent[:], "now": tx.Now()})
	return n == 1, err
}

func handoffUsed(ctx context.Context, tx *pg.SharedTx, code string) (bool, error) {
	got, err := pg.One[struct {
		Used bool `db:"used"`
	}](ctx, tx, `SELECT EXISTS (SELECT FROM public.handoffs WHERE code_hash = @code_hash AND used_at IS NOT NULL) AS used`,
		pg.Args{"code_hash": secret.Hash(code)})
	return got.Used, err
}

// pruneHandoffs forgets codes that were good a day ago: until then a second use is told from nonsense.
func pruneHandoffs(ctx context.Context, tx *pg.PlatformTx) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.handoffs WHERE expires_at <= @old`, pg.Args{"old": tx.Now().Add(-24 * time.Hour)})
	return err
}

// running is a masquerade that has not ended, with its session as far as that is still there.
type running struct {
	ID          ID                  `db:"id"`
	TenantID    *uuid.UUID          `db:"tenant_id"`
	ActorID     id.ID[account.User] `db:"actor_id"`
	SubjectID   id.ID[account.User] `db:"subject_id"`
	Mode        pg.Mode             `db:"mode"`
	Reason      string              `db:"reason"`
	ReturnPath  string              `db:"return_path"`
	StartedAt   time.Time           `db:"started_at"`
	ExpiresAt   time.Time           `db:"expires_at"`
	ChildHash   []byte              `db:"child_hash"`   // nil where its session is no more
	SessionHash []byte              `db:"session_hash"` // also of one that is no more
	ParentHash  []byte              `db:"parent_hash"`
	LastSeenAt  *time.Time          `db:"last_seen_at"`
}

const runningSQL = `
	SELECT m.id, m.tenant_id, m.actor_id, m.subject_id, m.mode, m.reason, m.return_path, m.started_at, m.expires_at,
		c.id_hash AS child_hash, c.parent_hash, c.last_seen_at,
		coalesce(c.id_hash, (SELECT d.id_hash FROM public.dead_sessions d WHERE d.masquerade_id = m.id AND d.user_id = m.subject_id LIMIT 1)) AS session_hash
	FROM public.masquerades m LEFT JOIN public.login_sessions c ON c.masquerade_id = m.id
	WHERE m.ended_at IS NULL`

func byID(ctx context.Context, tx *pg.PlatformTx, key uuid.UUID) (running, error) {
	return pg.One[running](ctx, tx, runningSQL+` AND m.id = @id FOR NO KEY UPDATE OF m`, pg.Args{"id": key})
}

func byParent(ctx context.Context, tx *pg.PlatformTx, parent []byte) (running, error) {
	return pg.One[running](ctx, tx, runningSQL+` AND c.parent_hash = @parent FOR NO KEY UPDATE OF m`, pg.Args{"parent": parent})
}

// over lists masquerades whose time is over, or whose session is gone.
func over(ctx context.Context, tx *pg.PlatformTx, idle time.Time) ([]running, error) {
	return pg.All[running](ctx, tx, runningSQL+` AND (m.expires_at <= @now OR c.id_hash IS NULL OR c.last_seen_at <= @idle)
		ORDER BY m.id LIMIT 50 FOR NO KEY UPDATE OF m SKIP LOCKED`, pg.Args{"now": tx.Now(), "idle": idle})
}

// end closes a masquerade. It tells whether it was open: each ends once.
func end(ctx context.Context, tx *pg.PlatformTx, key ID, action, why string) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		UPDATE public.masquerades SET ended_at = @now, end_action = @action, end_reason = @why WHERE id = @id AND ended_at IS NULL`,
		pg.Args{"id": key, "action": action, "why": why, "now": tx.Now()})
	return n == 1, err
}

// wasReleased finds where somebody returned to a moment ago, by the dead id of the session they acted in.
func wasReleased(ctx context.Context, tx *pg.PlatformTx, hash []byte, since time.Time) (running, error) {
	return pg.One[running](ctx, tx, `
		SELECT m.id, m.tenant_id, m.actor_id, m.subject_id, m.mode, m.reason, m.return_path, m.started_at, m.expires_at,
			d.id_hash AS child_hash, d.id_hash AS session_hash, NULL::bytea AS parent_hash, NULL::timestamptz AS last_seen_at
		FROM public.dead_sessions d JOIN public.masquerades m ON m.id = d.masquerade_id
		WHERE d.id_hash = @hash AND m.end_action = 'HIJACK_END' AND m.end_reason = 'release' AND m.ended_at > @since`, pg.Args{"hash": hash, "since": since})
}
