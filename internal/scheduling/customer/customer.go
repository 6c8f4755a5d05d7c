// Package customer holds a business's customers: who can be booked for.
package customer

import (
	"cmp"
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Customer is a person who comes.
type Customer struct {
	ID     id.ID[Customer]      `json:"id" db:"id"`
	Name   string               `json:"name" db:"name"`
	Email  *string              `json:"email" db:"email"`
	Phone  *string              `json:"phone" db:"phone"`
	UserID *id.ID[account.User] `json:"user_id" db:"user_id" nullable:"true" doc:"The customer's login, if any."`
	Status string               `json:"status" db:"status" enum:"ACTIVE,BLOCKED"`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of customers look like cus_….
func (Customer) IDPrefix() string { return "cus" }

// New is what makes a customer, and what a PATCH changes. A caller may be booked without an address.
type New struct {
	Name   string               `json:"name" minLength:"1" maxLength:"200"`
	Email  *string              `json:"email" required:"false" maxLength:"254" doc:"Stored in lower case; one customer for each address."`
	Phone  *string              `json:"phone" required:"false" maxLength:"40"`
	UserID *id.ID[account.User] `json:"user_id" required:"false" nullable:"true" doc:"The customer's login, if any."`
	Status string               `json:"status" required:"false" enum:"ACTIVE,BLOCKED" doc:"ACTIVE without this; a BLOCKED customer can book nothing."`
}

// The statuses.
const (
	Active  = "ACTIVE"
	Blocked = "BLOCKED"
)

func (c Customer) editable() New { return New{c.Name, c.Email, c.Phone, c.UserID, c.Status} }

// ErrTaken says that the address is another customer's.
var ErrTaken = &fault.Error{
	Kind: fault.Conflict, Code: "already_exists", Detail: "Another customer has this e-mail address.",
	Fields: []fault.Field{{Location: "body.email", Message: "Another customer has this e-mail address. Open that customer instead."}},
}

func (n New) clean(at string) (New, error) {
	n.Name = strings.TrimSpace(n.Name)
	n.Email, n.Phone = trimmed(n.Email), trimmed(n.Phone)
	n.Status = cmp.Or(n.Status, Active)
	var bad []fault.Field
	if n.Name == "" {
		bad = append(bad, fault.Field{Location: at + ".name", Message: "Give a name."})
	}
	if n.Email != nil {
		*n.Email = account.NormalEmail(*n.Email)
		if addr, err := mail.ParseAddress(*n.Email); err != nil || addr.Address != *n.Email {
			bad = append(bad, fault.Field{Location: at + ".email", Message: "Give an e-mail address such as name@example.com."})
		}
	}
	if bad != nil {
		return n, fault.Validation(bad...)
	}
	return n, nil
}

// trimmed treats an empty text as none.
func trimmed(s *string) *string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	t := strings.TrimSpace(*s)
	return &t
}

// Service is the domain.
type Service struct{}

// Get returns one customer that the actor may see.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer]) (Customer, error) {
	return byID(ctx, tx, key)
}

// Create adds a customer.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Customer, error) {
	n, err := n.clean("body")
	if err != nil {
		return Customer{}, err
	}
	if err := mayDecide(tx, New{Status: Active}, n); err != nil {
		return Customer{}, err
	}
	if err := checkUser(ctx, tx, n.UserID); err != nil {
		return Customer{}, err
	}
	return insert(ctx, tx, n)
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer], patch api.Merge[New]) (Customer, error) {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Customer{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Customer{}, err
	}
	if n, err = n.clean("body"); err != nil {
		return Customer{}, err
	}
	if err := mayDecide(tx, was.editable(), n); err != nil {
		return Customer{}, err
	}
	if err := checkUser(ctx, tx, n.UserID); err != nil {
		return Customer{}, err
	}
	return update(ctx, tx, key, n)
}

// Archive hides a customer that the actor sees. Old appointments keep it.
func (s *Service) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer]) error {
	if _, err := forChange(ctx, tx, key); err != nil {
		return err
	}
	return archive(ctx, tx, key)
}

var errContactOnly = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can change how a customer is reached, but not their login or their status. Ask the owner of the business."}

// mayDecide keeps who sees only the customers they serve to contact data: which login a customer has decides what that person
// sees, and the status whether they can book.
func mayDecide(tx *pg.TenantTx, was, is New) error {
	same := was.UserID == nil && is.UserID == nil || was.UserID != nil && is.UserID != nil && *was.UserID == *is.UserID
	if same && was.Status == is.Status || tx.Actor.Can(role.CustomersReadAll) {
		return nil
	}
	return errContactOnly
}

// FindOrCreate returns the customer of n's address, or makes one, for the public page. An existing one is
// never changed: anybody can type anybody's address.
func (s *Service) FindOrCreate(ctx context.Context, tx *pg.TenantTx, n New) (id.ID[Customer], error) {
	if err := insertUnlessKnown(ctx, tx, n); err != nil {
		return id.ID[Customer]{}, err
	}
	return idByEmail(ctx, tx, *n.Email)
}

// Find returns the customer of an address, if there is one.
func (s *Service) Find(ctx context.Context, tx *pg.TenantTx, email string) (found id.ID[Customer], known bool, err error) {
	found, err = idByEmail(ctx, tx, email)
	if errors.Is(err, pg.ErrNoRow) {
		return found, false, nil
	}
	return found, err == nil, err
}

// Clean checks and normalises what the public page sends about its customer; the address is required there.
func Clean(n New) (New, error) {
	n, err := n.clean("body.customer")
	if err == nil && n.Email == nil {
		err = fault.At("body.customer.email", "Give an e-mail address such as name@example.com.")
	}
	return n, err
}
