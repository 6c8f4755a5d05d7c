package masquerade

import (
	"context"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

var errCode = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Detail: "This link was used before or is too old. Start again from the platform console."}

// HandOff gives the browser on the subject's host the session in which it acts. Whatever session it had there is ended.
func (s *Service) HandOff(ctx context.Context, code, userAgent, old string) (token string, err error) {
	host := api.HostFrom(ctx)
	ok, used := false, false
	err = s.db.InShared(ctx, host.Tenant.ID, func(tx *pg.SharedTx) error {
		if ok, err = takeHandoff(ctx, tx, code, host.Name, userAgent); err != nil || ok {
			return err
		}
		used, err = handoffUsed(ctx, tx, code)
		return err
	})
	if err != nil {
		return "", err
	}
	if !ok {
		if used {
			s.sessions.Replayed(ctx)
		}
		return "", errCode
	}
	if old != "" {
		if err := s.sessions.LogOut(ctx, old); err != nil {
			return "", err
		}
	}
	token = s.sessions.ChildToken(code)
	if _, err := s.sessions.Find(ctx, token); err != nil {
		return "", err
	}
	return token, nil
}
