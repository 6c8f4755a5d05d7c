// Package account holds the people who can sign in: the platform's staff and each tenant's people.
package account

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// User is a person who can sign in. The password's hash stays inside this package and session's log-in.
type User struct {
	ID        id.ID[User] `json:"id" db:"id"`
	TenantID  *uuid.UUID  `json:"-" db:"tenant_id"` // nil: of the platform
	Name      string      `json:"name" db:"name"`
	Email     string      `json:"email" db:"email"`
	Role      role.Role   `json:"role" db:"role"`
	CreatedAt time.Time   `json:"created_at" db:"created_at"`
}

// IDPrefix makes ids of users look like usr_….
func (User) IDPrefix() string { return "usr" }

// New is what it takes to make a user.
type New struct {
	TenantID *uuid.UUID // nil exactly for the platform's four roles
	Name     string
	Email    string
	Role     role.Role
	Password string
	// IsTemporary is of somebody made for a demo, whom the platform's sales may act as.
	IsTemporary bool
}

// ErrTaken says that the address has an account here already.
var ErrTaken = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "A user with this e-mail address exists already."}

// Service makes and finds users.
type Service struct {
	db     *pg.DB
	hasher *Hasher
}

// NewService returns the service.
func NewService(db *pg.DB, hasher *Hasher) *Service { return &Service{db, hasher} }

// Bounds of a password in characters; any Unicode is welcome. 8 will do once MFA exists and is enrolled.
const (
	MinPassword = 15
	MaxPassword = 128
)

// Problems lists what is wrong with n; the tenant may come later.
func (n New) Problems() (bad []fault.Field) {
	n.Email = NormalEmail(n.Email)
	if addr, err := mail.ParseAddress(n.Email); err != nil || addr.Address != n.Email || len(n.Email) > 254 {
		bad = append(bad, fault.Field{Location: "body.email", Message: "Give an e-mail address such as name@example.com."})
	}
	if strings.TrimSpace(n.Name) == "" || utf8.RuneCountInString(n.Name) > 200 {
		bad = append(bad, fault.Field{Location: "body.name", Message: "Give a name of at most 200 characters."})
	}
	if l := utf8.RuneCountInString(n.Password); l < MinPassword || l > MaxPassword {
		bad = append(bad, fault.Field{Location: "body.password", Message: "Use 15 to 128 characters; a sentence is easy to remember."})
	}
	if !slices.Contains(role.All(), n.Role) {
		bad = append(bad, fault.Field{Location: "body.role", Message: "Use one of the eight roles, such as TENANT_OWNER."})
	}
	return bad
}

func (n New) check() error {
	if bad := n.Problems(); bad != nil {
		return fault.Validation(bad...)
	}
	switch {
	case n.Role.IsPlatform() && n.TenantID != nil:
		return &fault.Error{Kind: fault.Invalid, Code: "tenant_forbidden", Detail: "Users with role " + string(n.Role) + " belong to no tenant."}
	case !n.Role.IsPlatform() && n.TenantID == nil:
		return &fault.Error{Kind: fault.Invalid, Code: "tenant_required", Detail: "Users with role " + string(n.Role) + " must be assigned to a tenant."}
	}
	return nil
}

// NormalEmail is the form in which addresses are stored and compared.
func NormalEmail(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
}

// Create makes a user.
func (s *Service) Create(ctx context.Context, n New) (User, error) {
	n.Email = NormalEmail(n.Email)
	if err := n.check(); err != nil {
		return User{}, err
	}
	hash, err := s.hasher.Hash(ctx, n.Password)
	if err != nil {
		return User{}, err
	}
	var u User
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		u, err = insert(ctx, tx, n, hash)
		return err
	})
	return u, err
}

// CreateOnce is Create for what may be repeated: an existing user of the address is returned as it is.
func (s *Service) CreateOnce(ctx context.Context, n New) (User, error) {
	u, err := s.Create(ctx, n)
	if !errors.Is(err, ErrTaken) {
		return u, err
	}
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		u, err = byEmail(ctx, tx, n.TenantID, NormalEmail(n.Email))
		return err
	})
	return u, err
}

// DemoUsers counts the users whose address says that they are demo data: the domains demo.test and platform.test exist nowhere.
func (s *Service) DemoUsers(ctx context.Context) (n int, err error) {
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		n, err = countDemo(ctx, tx)
		return err
	})
	return n, err
}
