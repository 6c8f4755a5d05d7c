package session

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const (
	activeUser = `(u.is_active AND u.locked_at IS NULL AND u.anonymised_at IS NULL)`

	firstSQL = `
		SELECT s.id_hash, s.id, s.kind, s.user_id, s.tenant_id, u.tenant_id AS user_tenant_id, s.mode, s.auth_time, s.mfa_time, s.last_seen_at, s.expires_at, s.is_remembered,
			EXISTS (SELECT FROM public.login_sessions c WHERE c.parent_hash = s.id_hash) AS is_parent,
			u.name AS user_name, u.email, u.role, u.switches, ` + activeUser + ` AS is_active, u.is_temporary, u.mfa_enrolled_at,
			m.id AS masquerade_id, m.reason AS masquerade_reason, m.started_at AS masquerade_started_at,
			a.id AS actor_id, a.name AS actor_name, a.email AS actor_email, a.role AS actor_role, a.tenant_id AS actor_tenant_id,
			(a.is_active AND a.locked_at IS NULL AND a.anonymised_at IS NULL) AS actor_is_active, a.password_changed_at AS actor_password_changed_at,
			(SELECT coalesce(json_agg(json_build_object('id', g.id, 'action', g.action, 'tenant_id', g.tenant_id, 'target_user_id', g.target_user_id,
					'grantor_role', r.role)), '[]')
				FROM public.permission_grants g JOIN public.users r ON r.id = g.grantor_id
				WHERE g.grantee_id = coalesce(m.actor_id, s.user_id) AND g.revoked_at IS NULL AND g.starts_at <= @now AND g.expires_at > @now
					AND r.is_active AND r.locked_at IS NULL AND r.anonymised_at IS NULL`

	restSQL = `) AS grants
		FROM public.login_sessions s JOIN public.users u ON u.id = s.user_id
			LEFT JOIN public.masquerades m ON m.id = s.masquerade_id LEFT JOIN public.users a ON a.id = m.actor_id
		WHERE s.id_hash = @id_hash`

	// A tenant's session is worth nothing on the platform's host, whose transactions see all of them, nor on another host of the tenant.
	placeSQL = ` AND s.tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND (s.host IS NULL OR s.host = @host)`

	sessionSQL = firstSQL + restSQL
	byTokenSQL = sessionSQL + placeSQL
	// On the platform's host a grant may be about any business; on a business's own host that one is active, or closed altogether.
	byTokenPlatformSQL = firstSQL + ` AND (g.tenant_id IS NULL OR EXISTS (SELECT FROM public.tenants t WHERE t.id = g.tenant_id AND t.status = 'ACTIVE'))` +
		restSQL + placeSQL
)

func byHash(ctx context.Context, tx pg.PlaceTx, hash []byte) (Session, error) {
	return pg.One[Session](ctx, tx, sessionSQL, pg.Args{"id_hash": hash, "now": tx.Now()})
}

// candidate is a user who may be signing in; the zero value is nobody.
type candidate struct {
	ID               id.ID[account.User] `db:"id"`
	Hash             string              `db:"password_hash"`
	PasswordLockedAt *time.Time          `db:"password_locked_at"`
}

func candidateOf(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, email string) (candidate, error) {
	c, err := pg.One[candidate](ctx, tx, `
		SELECT u.id, u.password_hash, u.password_locked_at FROM public.users u
		WHERE u.tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT u.is_sandbox AND u.email = @email AND `+activeUser,
		pg.Args{"tenant_id": where, "email": email})
	return c, ignoreNoRow(err)
}

func ignoreNoRow(err error) error {
	if errors.Is(err, pg.ErrNoRow) {
		return nil
	}
	return err
}

// beginner is a user whose session begins.
type beginner struct {
	ID            id.ID[account.User] `db:"id"`
	TenantID      *uuid.UUID          `db:"tenant_id"`
	Role          role.Role           `db:"role"`
	MFAEnrolledAt *time.Time          `db:"mfa_enrolled_at"`
}

func beginnerOf(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) (beginner, error) {
	b, err := pg.One[beginner](ctx, tx, `SELECT u.id, u.tenant_id, u.role, u.mfa_enrolled_at FROM public.users u WHERE u.id = @id AND `+activeUser,
		pg.Args{"id": user})
	if errors.Is(err, pg.ErrNoRow) {
		return b, errCredentials
	}
	return b, err
}

type newSession struct {
	id            id.ID[Session]
	idHash        []byte
	user          beginner
	mode          pg.Mode
	kind          Kind
	mfaTime       *time.Time
	remember      bool
	expiresAt     time.Time
	host          string
	ip, userAgent string
}

func insert(ctx context.Context, tx pg.PlaceTx, n newSession) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.login_sessions (id, id_hash, kind, user_id, tenant_id, mode, auth_time, mfa_time, is_remembered,
			created_at, last_seen_at, expires_at, host, ip_address, user_agent)
		VALUES (@id, @id_hash, @kind, @user_id, @tenant_id, @mode, @now, @mfa_time, @remember, @now, @now, @expires_at, @host, @ip, @user_agent)`, pg.Args{
		"id": n.id, "id_hash": n.idHash, "kind": n.kind, "user_id": n.user.ID, "tenant_id": n.user.TenantID, "mode": n.mode, "mfa_time": n.mfaTime,
		"remember": n.remember, "now": tx.Now(), "expires_at": n.expiresAt, "host": n.host, "ip": n.ip, "user_agent": n.userAgent,
	})
	return err
}

// proof is what turns one session's id into another's.
type proof struct {
	old, new  []byte
	kind      Kind
	expiresAt time.Time
	now       Proof
}

// rotate gives a session a new id. The old one's absence is the answer to two proofs at once: one of them finds nothing.
func rotate(ctx context.Context, tx pg.PlaceTx, p proof) error {
	n, err := pg.Exec(ctx, tx, `
		UPDATE public.login_sessions SET id_hash = @new, kind = @kind, expires_at = @expires_at, last_seen_at = @now, wrong_codes = 0,
			auth_time = CASE WHEN @person::boolean THEN @now ELSE auth_time END, mfa_time = CASE WHEN @factor::boolean THEN @now ELSE mfa_time END
		WHERE id_hash = @old`, pg.Args{
		"old": p.old, "new": p.new, "kind": p.kind, "expires_at": p.expiresAt, "person": p.now.Person, "factor": p.now.Factor, "now": tx.Now(),
	})
	if err == nil && n == 0 {
		return errUnauthenticated
	}
	return err
}

func seen(ctx context.Context, tx pg.PlaceTx, idHash []byte) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.login_sessions SET last_seen_at = @now WHERE id_hash = @id_hash`,
		pg.Args{"id_hash": idHash, "now": tx.Now()})
	return err
}

// noteLogin returns whether the user had never signed in before.
func noteLogin(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) (first bool, err error) {
	got, err := pg.One[struct {
		Before *time.Time `db:"before"`
	}](ctx, tx, `
		WITH before AS (SELECT id, last_login_at FROM public.users WHERE id = @id)
		UPDATE public.users u SET last_login_at = @now FROM before WHERE u.id = before.id RETURNING before.last_login_at AS before`,
		pg.Args{"id": user, "now": tx.Now()})
	return got.Before == nil, err
}

func lockPassword(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.users SET password_locked_at = @now WHERE id = @id`, pg.Args{"id": user, "now": tx.Now()})
	return err
}

// trace is what a cookie without a session was.
type trace struct {
	Elsewhere bool       `db:"elsewhere"`
	DeadUser  *uuid.UUID `db:"dead_user"`
	DeadEmail *string    `db:"dead_email"`
	IsOver    bool       `db:"is_over"` // somebody acted in it until that ended, and has not returned
	// IsRecent tells that it was good a moment ago, when the call may have been on its way already.
	IsRecent bool `db:"is_recent"`
}

// user is whose session it was, as far as that is still known.
func (t trace) user() (who Session) {
	who.UserID = id.ID[account.User](*t.DeadUser)
	if t.DeadEmail != nil {
		who.Email = *t.DeadEmail
	}
	return who
}

func traceOf(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, hash []byte) (trace, error) {
	return pg.One[trace](ctx, tx, `
		SELECT EXISTS (SELECT FROM public.login_sessions WHERE id_hash = @id_hash AND tenant_id IS DISTINCT FROM @tenant_id::uuid) AS elsewhere,
			d.user_id AS dead_user, (SELECT u.email FROM public.users u WHERE u.id = d.user_id) AS dead_email,
			EXISTS (SELECT FROM public.masquerades m WHERE m.id = d.masquerade_id AND m.end_action IS DISTINCT FROM 'HIJACK_END') AS is_over,
			coalesce(d.died_at > @recently, false) AS is_recent
		FROM (SELECT) AS one LEFT JOIN public.dead_sessions d ON d.id_hash = @id_hash`,
		pg.Args{"id_hash": hash, "tenant_id": where, "recently": tx.Now().Add(-onTheWay)})
}

// ofUser finds one of a user's sessions by the id that lists show.
func ofUser(ctx context.Context, tx pg.PlaceTx, key id.ID[Session], user id.ID[account.User]) (Session, error) {
	hash, err := pg.One[struct {
		IDHash []byte `db:"id_hash"`
	}](ctx, tx, `SELECT id_hash FROM public.login_sessions WHERE id = @id AND user_id = @user_id`, pg.Args{"id": key, "user_id": user})
	if err != nil {
		return Session{}, err
	}
	return byHash(ctx, tx, hash.IDHash)
}

// childOf is whom the session's person acts as.
func childOf(ctx context.Context, tx pg.PlaceTx, parent []byte) (ActsAs, error) {
	got, err := pg.One[struct {
		Name      string    `db:"name"`
		Role      role.Role `db:"role"`
		ExpiresAt time.Time `db:"expires_at"`
	}](ctx, tx, `
		SELECT u.name, u.role, c.expires_at FROM public.login_sessions c JOIN public.users u ON u.id = c.user_id WHERE c.parent_hash = @parent`,
		pg.Args{"parent": parent})
	return ActsAs(got), err
}

func listOf(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], current []byte) ([]Listed, error) {
	return pg.All[Listed](ctx, tx, `
		SELECT s.id, CASE s.kind WHEN 'masquerade' THEN 'MASQUERADE' ELSE 'FULL' END AS kind, s.ip_address, s.user_agent, s.created_at, s.last_seen_at,
			s.id_hash = @current AS is_current, a.role AS acted_by_role
		FROM public.login_sessions s LEFT JOIN public.masquerades m ON m.id = s.masquerade_id LEFT JOIN public.users a ON a.id = m.actor_id
		WHERE s.user_id = @user_id AND s.kind <> 'mfa_pending' AND s.expires_at > @now ORDER BY s.last_seen_at DESC`,
		pg.Args{"user_id": user, "current": current, "now": tx.Now()})
}

// wrongCode counts a wrong code of a session that is to be completed, and returns how many there were.
func wrongCode(ctx context.Context, tx pg.PlaceTx, hash []byte) (int, error) {
	got, err := pg.One[struct {
		WrongCodes int `db:"wrong_codes"`
	}](ctx, tx, `UPDATE public.login_sessions SET wrong_codes = wrong_codes + 1 WHERE id_hash = @id_hash RETURNING wrong_codes`, pg.Args{"id_hash": hash})
	return got.WrongCodes, ignoreNoRow(err)
}

// passwordOf is the stored hash of a user's password.
func passwordOf(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) (candidate, error) {
	return pg.One[candidate](ctx, tx, `SELECT id, password_hash, password_locked_at FROM public.users WHERE id = @id`, pg.Args{"id": user})
}

// enrolledAt is since when a user has a second factor. Their row stays locked: two first factors at once must not both be first.
func enrolledAt(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) (*time.Time, error) {
	got, err := pg.One[struct {
		At *time.Time `db:"mfa_enrolled_at"`
	}](ctx, tx, `SELECT mfa_enrolled_at FROM public.users WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": user})
	return got.At, err
}
