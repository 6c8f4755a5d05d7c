package masquerade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Input is a wish to act as somebody.
type Input struct {
	UserID     id.ID[account.User] `json:"user_id"`
	Reason     string              `json:"reason" required:"false" minLength:"10" maxLength:"500" doc:"Why; optional for the owner of a business. The business sees it."`
	TicketID   string              `json:"ticket_id" required:"false" maxLength:"64"`
	ReturnPath string              `json:"return_path" required:"false" maxLength:"500" doc:"The page to return to, of this host."`
}

// Begun tells where to go on.
type Begun struct {
	MasqueradeID ID             `json:"masquerade_id"`
	Subject      session.Person `json:"subject"`
	ExpiresAt    time.Time      `json:"expires_at"`
	RedirectURL  string         `json:"redirect_url" doc:"Where to go on; on another host with a one-time code in the fragment."`
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	both := []api.Kind{api.TenantHost, api.PlatformHost}
	// Each attempt of somebody signed in is put on record, so none is refused before the rules are asked.
	api.Plain(srv, api.Op{
		ID: "start-masquerade", Do: "POST /api/v1/masquerade", Summary: "Act as somebody else", Needs: authz.SignedIn, Hosts: both,
		Status: http.StatusCreated, Body: Input{}, Also: api.PendingMFA | api.Acting | api.SuspendedTenant, Refused: s.unheard,
	}, s.start)
	api.Plain(srv, api.Op{ID: "release-masquerade", Do: "POST /api/v1/masquerade/release", Summary: "Return to one's own account", Needs: authz.Public, Hosts: both, Also: api.SuspendedTenant}, s.release)
	api.Platform(srv, api.Op{ID: "can-masquerade", Do: "GET /api/v1/masquerade/can", Summary: "Whether one may act as somebody", Needs: authz.SignedIn, Hosts: both}, s.can)
	api.Plain(srv, api.Op{ID: "hand-off", Do: "POST /api/v1/session/handoff", Summary: "Go on acting on the business's own host", Needs: authz.Public, Hosts: []api.Kind{api.TenantHost}, Also: api.SuspendedTenant}, s.handoff)
	s.registerAccess(srv)
}

func (s *Service) start(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	RawBody   []byte `contentType:"application/json"`
},
) (*struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Begun
}, error,
) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	ask, err := decode(in.RawBody)
	if err != nil {
		return nil, errors.Join(s.malformed(ctx, who, ask, err), err) // not on record comes first
	}
	ask.UserAgent = in.UserAgent
	started, err := s.Start(ctx, who, ask)
	if err != nil {
		return nil, err
	}
	return &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		Body      Begun
	}{s.sessions.TokenCookie(started.Token), Begun{started.ID, started.Subject, started.ExpiresAt, started.RedirectURL}}, nil
}

// Stray puts on record that another site had the browser of somebody signed in ask for a masquerade, which rule 1 refuses.
func (s *Service) Stray(r *http.Request) error {
	who, err := s.sessions.Of(r)
	if err != nil {
		return nil //nolint:nilerr // nobody who is signed in: the edge refuses it as it does others
	}
	return errors.Join(s.refused(r.Context(), who, nil, Ask{UserAgent: r.UserAgent()}, errChannel), errChannel)
}

// decode reads the body as far as the record needs it: what it can't be is refused, and put on record.
func decode(body []byte) (Ask, error) {
	var in struct {
		UserID     string `json:"user_id"`
		Reason     string `json:"reason"`
		TicketID   string `json:"ticket_id"`
		ReturnPath string `json:"return_path"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	if err == nil {
		err = nothingMore(d)
	}
	ask := Ask{UserID: in.UserID, Reason: in.Reason, TicketID: in.TicketID, ReturnPath: in.ReturnPath}
	switch {
	case err != nil:
		return ask, &fault.Error{Kind: fault.Malformed, Code: "malformed_json", Detail: "The body is not as described. Send one JSON object with user_id, reason, ticket_id and return_path."}
	case strings.ContainsRune(in.Reason+in.TicketID+in.ReturnPath, 0):
		return ask, fault.At("body", "A text holds a character that can't be kept.")
	case in.UserID == "":
		return ask, fault.At("body.user_id", "This field is required.")
	case len(in.TicketID) > 64:
		return ask, fault.At("body.ticket_id", "Use at most 64 characters.")
	}
	return ask, nil
}

func nothingMore(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

// unheard puts on record an attempt that never came to be judged, such as a body of another type.
func (s *Service) unheard(ctx context.Context, _ int, code string) error {
	who, err := session.Current(ctx)
	if err != nil {
		return err
	}
	return s.refused(ctx, who, nil, Ask{}, &fault.Error{Code: code})
}

func (s *Service) malformed(ctx context.Context, who session.Session, ask Ask, why error) error {
	return s.refused(ctx, who, nil, ask, fault.As(why))
}

func (s *Service) release(ctx context.Context, in *struct {
	Secure   string `cookie:"__Host-ss_session"`
	Insecure string `cookie:"ss_session"`
},
) (*struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Return
}, error,
) {
	out := &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		Body      Return
	}{}
	done, err := s.Release(ctx, s.sessions.Pick(in.Secure, in.Insecure))
	if err != nil {
		return nil, err
	}
	out.Body = Return{done.Restored, done.URL}
	switch {
	case done.Token != "":
		out.SetCookie = s.sessions.TokenCookie(done.Token)
	case strings.HasPrefix(done.URL, "http"): // the actor's own session is on another host
		out.SetCookie = s.sessions.ClearCookie()
	}
	return out, nil
}

// Return tells who one is again, and where to go on.
type Return struct {
	RestoredUser *session.Person `json:"restored_user"`
	RedirectURL  string          `json:"redirect_url"`
}

// May tells whether one may act as somebody.
type May struct {
	Allowed bool `json:"allowed"`
}

func (s *Service) can(ctx context.Context, tx *pg.PlatformTx, in *struct {
	UserID id.ID[account.User] `query:"user_id" required:"true"`
},
) (May, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return May{}, err
	}
	if err := s.asked.Take(who.UserID.String(), tx.Now()); err != nil {
		return May{}, err
	}
	actor, err := userOf(ctx, tx, who.UserID)
	if err != nil {
		return May{}, err
	}
	subject, err := userOf(ctx, tx, in.UserID)
	if errors.Is(err, pg.ErrNoRow) {
		return May{}, fault.ErrNotFound
	}
	if err != nil {
		return May{}, err
	}
	err = pair(actor, subject).Check()
	if errors.Is(err, fault.ErrNotFound) {
		return May{}, err
	}
	return May{err == nil && who.Kind == session.Full}, nil
}

func (s *Service) handoff(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Secure    string `cookie:"__Host-ss_session"`
	Insecure  string `cookie:"ss_session"`
	Body      struct {
		Code string `json:"code" maxLength:"64"`
	}
},
) (*struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Return
}, error,
) {
	token, err := s.HandOff(ctx, in.Body.Code, in.UserAgent, s.sessions.Pick(in.Secure, in.Insecure))
	if err != nil {
		return nil, err
	}
	return &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		Body      Return
	}{s.sessions.TokenCookie(token), Return{nil, "/app"}}, nil
}

// May reports whether a user may act as another, for lists that show a button.
func (p Pair) May() bool {
	return p.Actor.Role.Code(role.MasqueradeStart) != role.None && p.Check() == nil
}
