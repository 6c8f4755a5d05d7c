package notify_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestCustomersAreToldWhatStaffDo (4.4 step 7, 4.7 "notify yes/no"): cancelled, moved to another time, declined and expired; not what they
// did themselves, what changes nothing for them, or where staff say so. What staff wrote stays with them.
func TestCustomersAreToldWhatStaffDo(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	ann, bea := s.Resource(t), s.Resource(t)
	cut := s.Service(t, []string{ann, bea})
	asked := s.Service(t, []string{ann}, apptest.Map{"confirmation": "request", "pending_minutes": 60})
	book := func(service, name, start string) (id string) {
		body := apptest.Map{"service_id": service, "start": "2026-06-01T" + start, "resource_id": ann, "customer": apptest.Map{"name": name, "email": name + "@example.com"}}
		return apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", body), http.StatusCreated).ID
	}
	do := func(id, verb string, body apptest.Map) {
		t.Helper()
		s.Owner.POST("/appointments/"+id+"/"+verb, body).Want(t, http.StatusOK)
	}
	gil, hal, ida := book(cut, "gil", "09:00"), book(cut, "hal", "10:00"), book(cut, "ida", "11:00")
	jo := book(asked, "jo", "15:00")
	book(asked, "kim", "16:00")
	do(hal, "reschedule", apptest.Map{"start": "2026-06-01T10:00", "resource_ids": []string{bea}}) // nothing for Hal
	do(gil, "reschedule", apptest.Map{"start": "2026-06-01T12:00"})
	do(hal, "reschedule", apptest.Map{"start": "2026-06-01T13:00", "notify": false})
	do(gil, "cancel", apptest.Map{"reason": "INTERNAL"})
	do(hal, "cancel", apptest.Map{"notify": false})
	link := apptest.Into[apptest.Map](t, s.Owner.POST("/appointments/"+ida+"/link", nil), http.StatusOK)
	s.Env.Public().POST("/public/appointments/manage/cancel", link).Want(t, http.StatusOK)
	do(jo, "decline", apptest.Map{"reason": "INTERNAL"})
	s.Env.At("2026-05-30T13:00:00Z").Expire()
	s.Owner = s.Env.As("TENANT_OWNER")
	until(t, "nine mails", func() bool { return len(s.outbox(t)) == 9 })
	for name, want := range map[string][]string{
		"gil": {"Your appointment is at another time: Mon 1 June, 12:00", "Your appointment on Mon 1 June, 09:00", "Your appointment on Mon 1 June, 12:00 is cancelled"},
		"hal": {"Your appointment on Mon 1 June, 10:00"},
		"ida": {"Your appointment on Mon 1 June, 11:00"},
		"jo":  {"Your request for Mon 1 June, 15:00", "Your request for Mon 1 June, 15:00"},
		"kim": {"Your request for Mon 1 June, 16:00", "Your request for Mon 1 June, 16:00"},
	} {
		if got := slices.Sorted(slices.Values(s.subjects(t, name+"@example.com"))); len(got) != len(want) || name == "jo" && !slices.Equal(got, want) {
			t.Errorf("%s reads %q, want %q", name, got, want)
		}
	}
	texts := ""
	for _, m := range s.outbox(t) {
		texts += m.Text
	}
	for part, there := range map[string]bool{"was moved": true, "will not take place": true, "can't confirm": true, "not confirmed in time": true, "INTERNAL": false} {
		if strings.Contains(texts, part) != there {
			t.Errorf("%q is there %t", part, !there)
		}
	}
}
