package signup

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// stored is a sign-up with what only the program needs.
type stored struct {
	ID           id.ID[Signup]        `db:"id"`
	TenantID     uuid.UUID            `db:"tenant_id"`
	Slug         string               `db:"slug"`
	BusinessName string               `db:"business_name"`
	OwnerName    string               `db:"owner_name"`
	Email        string               `db:"email"`
	TimeZone     string               `db:"time_zone"`
	Currency     string               `db:"currency"`
	IsDemo       bool                 `db:"is_demo"`
	RequestedBy  *id.ID[account.User] `db:"requested_by"`
	PasswordHash *string              `db:"password_hash"`
	State        string               `db:"state"`
	StepsDone    int                  `db:"steps_done"`
	Problem      *string              `db:"problem"`
	IP           string               `db:"ip_address"`
}

const columns = `id, tenant_id, slug, business_name, owner_name, email, time_zone, currency, is_demo, requested_by, password_hash, state, steps_done, problem, ip_address`

type newRow struct {
	New
	state, ip string
	isDemo    bool
	by        *id.ID[account.User]
}

func insert(ctx context.Context, tx *pg.PlatformTx, n newRow) (stored, error) {
	return pg.One[stored](ctx, tx, `
		INSERT INTO public.signups (id, tenant_id, slug, business_name, owner_name, email, time_zone, currency, is_demo, requested_by, state, steps_done,
			ip_address, created_at, updated_at)
		VALUES (@id, @tenant_id, @slug, @business_name, @owner_name, @email, @time_zone, @currency, @is_demo, @by, @state, 0, @ip, @now, @now)
		RETURNING `+columns, pg.Args{
		"id": id.New[Signup](), "tenant_id": uuid.Must(uuid.NewV7()), "slug": n.Slug, "business_name": n.BusinessName, "owner_name": n.Name, "email": n.Email,
		"time_zone": n.TimeZone, "currency": n.Currency, "is_demo": n.isDemo, "by": n.by, "state": n.state, "ip": n.ip, "now": tx.Now(),
	})
}

func byID(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup]) (stored, error) {
	return pg.One[stored](ctx, tx, `SELECT `+columns+` FROM public.signups WHERE id = @id`, pg.Args{"id": which})
}

// hold is byID, and the row is held until the transaction ends: what another one is about to commit is seen.
func hold(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup]) (stored, error) {
	return pg.One[stored](ctx, tx, `SELECT `+columns+` FROM public.signups WHERE id = @id FOR UPDATE`, pg.Args{"id": which})
}

// begin turns a sign-up that waits into one that is made. Of two at one address the index lets one be made at a time;
// what is whole already is seen here, and by the registry itself when it comes to making it.
func begin(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup], slug, hash string) (stored, error) {
	used, err := usedOf(ctx, tx, []string{slug})
	if err != nil {
		return stored{}, err
	}
	if len(used) > 0 {
		return stored{}, errTaken
	}
	row, err := pg.One[stored](ctx, tx, `
		UPDATE public.signups SET state = 'MAKING', slug = @slug, password_hash = nullif(@hash, ''), updated_at = @now
		WHERE id = @id AND state = 'WAITING' RETURNING `+columns, pg.Args{"id": which, "slug": slug, "hash": hash, "now": tx.Now()})
	if pg.Violates(err, "signups_slug") {
		return stored{}, errTaken
	}
	return row, err
}

// usedOf lists which slugs are taken: by businesses, deleted ones too, and by those that are being made.
func usedOf(ctx context.Context, tx *pg.PlatformTx, slugs []string) ([]string, error) {
	rows, err := pg.All[struct {
		Slug string `db:"slug"`
	}](ctx, tx, `
		SELECT slug FROM public.tenants WHERE slug = ANY(@slugs) UNION SELECT slug FROM public.signups WHERE slug = ANY(@slugs) AND state = 'MAKING'`,
		pg.Args{"slugs": slugs})
	used := make([]string, len(rows))
	for i, r := range rows {
		used[i] = r.Slug
	}
	return used, err
}

func reach(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup], n Step) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.signups SET steps_done = @n, updated_at = @now WHERE id = @id AND state = 'MAKING'`,
		pg.Args{"id": which, "n": int(n), "now": tx.Now()})
	return err
}

// end sets the last state. What was kept of the password goes.
func end(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup], state string, steps Step, problem *string) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE public.signups SET state = @state, steps_done = @steps, problem = @problem, password_hash = NULL, updated_at = @now WHERE id = @id AND state = 'MAKING'`,
		pg.Args{"id": which, "state": state, "steps": int(steps), "problem": problem, "now": tx.Now()}))
}

// keepWaiting is how long an address may stay unproved; its link is shorter-lived.
const keepWaiting = 7 * 24 * time.Hour

// prune drops a few that nobody confirmed: the table stays small without a job of its own.
func prune(ctx context.Context, tx *pg.PlatformTx) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.signups WHERE id IN (
			SELECT id FROM public.signups WHERE state = 'WAITING' AND created_at <= @old ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
		pg.Args{"old": tx.Now().Add(-keepWaiting)})
	return err
}

// requester is who of the platform asked for a business.
type requester struct {
	Name  string    `db:"name"`
	Email string    `db:"email"`
	Role  role.Role `db:"role"`
}

func requesterOf(ctx context.Context, tx *pg.PlatformTx, user id.ID[account.User]) (requester, error) {
	return pg.One[requester](ctx, tx, `SELECT name, email, role FROM public.users WHERE id = @id AND tenant_id IS NULL`, pg.Args{"id": user})
}
