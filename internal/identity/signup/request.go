package signup

import (
	"context"
	"strings"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Requested is a business that somebody of the platform makes for its owner, who is then invited.
type Requested struct {
	New
	IsDemo bool // the owner is temporary
	By     id.ID[account.User]
}

// Start begins to make a business in the caller's transaction. Whether the caller may is the caller's question.
func (s *Service) Start(ctx context.Context, tx *pg.PlatformTx, r Requested) (Signup, error) {
	if r.Name == "" { // the owner may change it
		r.Name, _, _ = strings.Cut(r.Email, "@")
	}
	r.New = r.tidy()
	if bad := r.Problems(); bad != nil {
		return Signup{}, fault.Validation(bad...)
	}
	row, err := insert(ctx, tx, newRow{New: r.New, state: waiting, ip: api.ClientIP(ctx), isDemo: r.IsDemo, by: &r.By})
	if err != nil {
		return Signup{}, err
	}
	if row, err = begin(ctx, tx, row.ID, row.Slug, ""); err != nil {
		return Signup{}, err
	}
	return s.view(row), s.letters.Post(ctx, tx, Job{SignupID: row.ID})
}

// Problems lists what is wrong with r, by the names that the platform's console has for it.
func (r Requested) Problems() []fault.Field {
	bad := r.New.Problems()
	names := map[string]string{"body.email": "body.owner_email", "body.business_name": "body.name", "body.name": "body.owner_email"}
	for i, f := range bad {
		if name, ok := names[f.Location]; ok {
			bad[i].Location = name
		}
	}
	return bad
}
