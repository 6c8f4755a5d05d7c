package credential_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/letter/lettertest"
	"smoothschedule/internal/identity/role"
)

// letterTo is the newest letter to an address that holds a text.
func (h house) letterTo(email, holding string) lettertest.Letter {
	h.t.Helper()
	for _, l := range slices.Backward(h.desk.Work(h.Lease.ID.String())) {
		if l.To == email && strings.Contains(l.Text, holding) {
			return l
		}
	}
	h.t.Fatalf("no letter to %s with %s", email, holding)
	return lettertest.Letter{}
}

// move changes an address up to the undo link, which it returns.
func (h house) move(c *apptest.Client, from, to string) (undo string) {
	h.t.Helper()
	c.POST("/me/email", apptest.Map{"email": to}).Want(h.t, http.StatusAccepted)
	token := h.letterTo(to, "/email#").Token(h.t, "http://"+h.Host()+":8000/email")
	h.Public().POST("/auth/email/confirm", apptest.Map{"token": token}).Want(h.t, http.StatusNoContent)
	return h.letterTo(from, "/email-undo#").Token(h.t, "http://"+h.Host()+":8000/email-undo")
}

func TestAnAddressIsChangedByALinkAndUndoneByAnother(t *testing.T) {
	t.Parallel()
	h := open(t)
	old := h.person(role.TenantStaff)
	fresh := "new." + old
	c := h.signIn(old, password)
	reset := h.link(old)
	c.POST("/me/email", apptest.Map{"email": strings.ToUpper(fresh)}).Want(t, http.StatusAccepted)
	token := h.letterTo(fresh, "/email#").Token(t, "http://"+h.Host()+":8000/email")
	h.signIn(old, password) // nothing has changed yet
	h.Public().POST("/auth/email/undo", apptest.Map{"token": token}).WantProblem(t, http.StatusGone, "link_expired")
	h.Public().POST("/auth/email/confirm", apptest.Map{"token": token}).Want(t, http.StatusNoContent)
	h.Public().POST("/auth/email/confirm", apptest.Map{"token": token}).WantProblem(t, http.StatusGone, "link_expired")
	c.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	h.try(h.Host(), old, password).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	c = h.signIn(fresh, password)
	h.confirm(reset, other).WantProblem(t, http.StatusGone, "link_expired") // it went to the old address
	undo := h.letterTo(old, fresh).Token(t, "http://"+h.Host()+":8000/email-undo")
	h.later(72 * time.Hour)
	h.Public().POST("/auth/email/undo", apptest.Map{"token": undo}).WantProblem(t, http.StatusGone, "link_expired")
	h.later(72*time.Hour - time.Microsecond)
	h.Public().POST("/auth/email/undo", apptest.Map{"token": undo}).Want(t, http.StatusNoContent)
	c.GET("/me").Want(t, http.StatusUnauthorized)
	h.signIn(old, password)
	h.letterTo(old, "is this one again")
	if got := h.actions(); len(got) < 2 || got[len(got)-2] != "EMAIL_CHANGED" || got[len(got)-1] != "EMAIL_CHANGED" { // the record outlives a lease
		t.Errorf("on record: %v", got)
	}
}

// TestAThiefCantUndoTheUndoing moves an address twice, as a thief would to bury the first undo link: that one still leads home,
// and the thief's own, which is newer, ends with it.
func TestAThiefCantUndoTheUndoing(t *testing.T) {
	t.Parallel()
	h := open(t)
	home := h.person(role.TenantStaff)
	first, second := "first."+home, "second."+home
	rescue := h.move(h.signIn(home, password), home, first)
	h.later(time.Minute)
	thiefs := h.move(h.signIn(first, password), first, second)
	h.later(2 * time.Minute)
	h.Public().POST("/auth/email/undo", apptest.Map{"token": rescue}).Want(t, http.StatusNoContent)
	h.Public().POST("/auth/email/undo", apptest.Map{"token": thiefs}).WantProblem(t, http.StatusGone, "link_expired")
	h.signIn(home, password)
}

func TestOnlyAFreeAddressCanBeTaken(t *testing.T) {
	t.Parallel()
	h := open(t)
	mine, theirs := h.person(role.TenantStaff), h.person(role.TenantStaff)
	c := h.signIn(mine, password)
	for _, bad := range []string{"", "nonsense", mine, strings.ToUpper(mine), "Ann <ann@people.test>", "ann@people.test\r\nBcc: ben@people.test"} {
		c.POST("/me/email", apptest.Map{"email": bad}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.email")
	}
	want := likeness(c.POST("/me/email", apptest.Map{"email": "free." + mine}))
	if got := likeness(c.POST("/me/email", apptest.Map{"email": theirs})); got != want {
		t.Errorf("a taken address is answered %s instead of %s", got, want)
	}
	for _, l := range h.desk.Work(h.Lease.ID.String()) {
		if l.To == theirs && strings.Contains(l.Text, "/email#") {
			t.Error("a link went to somebody who has an account")
		}
	}
	c.POST("/me/email", apptest.Map{"email": "soon." + mine}).Want(t, http.StatusAccepted)
	token := h.letterTo("soon."+mine, "/email#").Token(t, "http://"+h.Host()+":8000/email")
	sql(t, `UPDATE public.users SET email = $1 WHERE email = $2`, "soon."+mine, theirs)
	h.Public().POST("/auth/email/confirm", apptest.Map{"token": token}).WantProblem(t, http.StatusConflict, "already_exists")
	c.GET("/me").Want(t, http.StatusOK)
}
