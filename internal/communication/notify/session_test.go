package notify_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// subjects are those of the mails to an address, in order.
func (s shop) subjects(t *testing.T, to string) (all []string) {
	t.Helper()
	for _, m := range slices.Backward(s.outbox(t)) {
		if m.To == to {
			all = append(all, m.Subject)
		}
	}
	return all
}

// TestWhoeverSitsInASessionIsWrittenTo when it moves, when staff write, and when it is cancelled; whoever has left is not.
func TestWhoeverSitsInASessionIsWrittenTo(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	ann := s.Resource(t, apptest.Map{"name": "Bea"})
	yoga := s.Service(t, []string{ann}, apptest.Map{"name": "Yoga", "group": apptest.Map{"capacity": 5}})
	g := apptest.Into[apptest.Object](t, s.Owner.POST("/group_sessions", apptest.Map{"service_id": yoga, "start": "2026-06-01T10:00"}), http.StatusCreated).ID
	ids := map[string]string{}
	for _, name := range []string{"gil", "hal", "ida"} {
		body := apptest.Map{"service_id": yoga, "start": "2026-06-01T10:00", "customer": apptest.Map{"name": name, "email": name + "@example.com"}}
		ids[name] = apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", body), http.StatusCreated).ID
	}
	s.Owner.POST("/appointments/"+ids["ida"]+"/cancel", apptest.Map{"notify": false}).Want(t, http.StatusOK)
	step := func(verb string, body apptest.Map, mails int) {
		t.Helper()
		s.Owner.POST("/group_sessions/"+g+"/"+verb, body).Want(t, http.StatusOK)
		until(t, fmt.Sprint(mails, " mails"), func() bool { return len(s.outbox(t)) == mails })
	}
	until(t, "three confirmations", func() bool { return len(s.outbox(t)) == 3 })
	if text := s.outbox(t)[0].Text; !strings.Contains(text, "with Bea") {
		t.Errorf("whom it is with: %s", text)
	}
	step("reschedule", apptest.Map{"start": "2026-06-01T12:00"}, 5)
	step("message", apptest.Map{"subject": "Mats", "text": "Bring one."}, 7)
	step("message", apptest.Map{"subject": "Mats\nagain", "text": "Bring two."}, 9)
	step("cancel", apptest.Map{"reason": "The teacher is ill."}, 11)
	want := []string{"Your appointment on Mon 1 June, 10:00", "Yoga is at another time: Mon 1 June, 12:00", "Mats", "Mats again", "Yoga on Mon 1 June, 12:00 is cancelled"}
	for _, name := range []string{"gil", "hal"} {
		if got := s.subjects(t, name+"@example.com"); !slices.Equal(got, want) {
			t.Errorf("%s reads %q", name, got)
		}
	}
	if got := s.subjects(t, "ida@example.com"); len(got) != 1 {
		t.Errorf("who has left reads %q", got)
	}
	for i, part := range map[int]string{0: "The teacher is ill.", 2: "Hello ", 4: "Bring one.", 6: "cancel at no cost"} {
		if text := s.outbox(t)[i].Text; !strings.Contains(text, part) || !strings.Contains(text, "Monday 1 June 2026, 12:00 CEST") {
			t.Errorf("mail %d: %s", i, text)
		}
	}
}

// TestASeriesIsOneMail that tells all dates.
func TestASeriesIsOneMail(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	cleo := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", apptest.Map{"name": "Cleo", "email": "cleo@example.com"}), http.StatusCreated).ID
	s.Owner.POST("/series", apptest.Map{"service_id": s.service, "customer_id": cleo, "start": "2026-06-01T11:00", "rrule": "FREQ=WEEKLY;COUNT=3"}).Want(t, http.StatusCreated)
	until(t, "the mail", func() bool { return len(s.outbox(t)) > 0 })
	s.book(t) // and then another one's
	until(t, "two mails", func() bool { return len(s.outbox(t)) == 2 })
	m := s.outbox(t)[1]
	if m.To != "cleo@example.com" || m.Subject != "Your appointments from Mon 1 June, 11:00" || strings.Count(m.Text, "11:00 CEST") != 3 {
		t.Errorf("one mail with three dates: %+v", m)
	}
}
