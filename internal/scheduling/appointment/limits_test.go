package appointment_test

import (
	"fmt"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// person is a guest of another address than Gil's.
func person(email string) object {
	return object{"customer": object{"name": "Pat", "email": email}}
}

// TestLimitsOfAService bound its appointments with all of its resources, for staff too.
func TestLimitsOfAService(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann, s.Resource(t)}, object{"limits": object{"day": 2, "week": 3}})
	first := s.booked(t, cut, "10:00")
	s.booked(t, cut, "10:00")
	want(t, s.free(t, cut), "")
	s.refused(t, cut, at("11:00"))
	staff := object{"service_id": cut, "start": at("11:00"), "customer_id": s.Customer(t, "Cleo")}
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/appointments", staff).WantProblem(t, http.StatusConflict, taken)
	})
	// Moved within the day it is not one more.
	s.Owner.POST("/appointments/"+first.ID+"/reschedule", object{"start": at("12:00")}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-02T10:00")).Want(t, http.StatusCreated)
	want(t, apptest.Starts(t, s.Free(t, cut, "2026-06-01", "2026-06-08"), "02T15:04"), startsOn("08"))
	s.refused(t, cut, "2026-06-07T10:00") // the Sunday
	s.Owner.POST("/appointments/"+first.ID+"/cancel", object{}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments", staff).Want(t, http.StatusCreated)
	s.Owner.PATCH("/services/"+cut, object{"name": "Cut"}).Want(t, http.StatusOK)
	want(t, s.free(t, cut), "")
	s.Owner.PATCH("/services/"+cut, object{"limits": object{"week": nil, "day": 3}}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(cut, at("09:00"))).Want(t, http.StatusCreated)
}

// startsOn is all half hours of a date from nine to half past four.
func startsOn(day string) (out string) {
	for i, hour := range []string{"09", "10", "11", "12", "13", "14", "15", "16"} {
		if i > 0 {
			out += " "
		}
		out += day + "T" + hour + ":00 " + day + "T" + hour + ":30"
	}
	return out
}

// TestLimitsOfAResource count all of its services, and leave the others free.
func TestLimitsOfAResource(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"limits": object{"day": 1}})
	cut, colour := s.Service(t, []string{bea}), s.Service(t, []string{s.ann, bea})
	was := s.booked(t, cut, "10:00")
	want(t, s.free(t, cut), "")
	s.refused(t, cut, at("11:00"))
	s.Env.Public().POST("/public/appointments", guest(colour, at("11:00"))).Want(t, http.StatusCreated)
	s.refused(t, colour, at("11:00")) // Ann is taken, Bea has had enough
	s.Owner.POST("/appointments/"+was.ID+"/reschedule", object{"start": at("11:00")}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments/"+was.ID+"/reschedule", object{"start": "2026-06-02T11:00"}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(colour, at("11:00"), person("pat@example.com"))).Want(t, http.StatusCreated)
}

// TestLimitsOfOneCustomer: the public isn't told why, staff are; nobody gets round it by moving or by another name.
func TestLimitsOfOneCustomer(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, other := s.Service(t, []string{s.ann}, object{"customer_limits": object{"day": 1}}), s.Service(t, []string{s.ann})
	s.Env.Public().POST("/public/appointments", guest(cut, at("09:00"))).Want(t, http.StatusCreated)
	s.Env.WritesNothing(t, func() {
		p := s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).WantProblem(t, http.StatusConflict, taken)
		want(t, p.Detail, "This time can't be booked. Choose one of the times offered.")
	})
	s.Env.Public().POST("/public/appointments", guest(other, at("10:00"))).Want(t, http.StatusCreated)
	s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-02T10:00")).Want(t, http.StatusCreated)
	pats := apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", guest(cut, at("11:00"), person("pat@example.com"))), http.StatusCreated)

	cleo := s.Customer(t, "Cleo")
	book := func(start string) object { return object{"service_id": cut, "start": start, "customer_id": cleo} }
	today, tomorrow := s.Book(t, book(at("12:00"))), s.Book(t, book("2026-06-02T12:00"))
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/appointments", book(at("13:00"))).WantProblem(t, http.StatusConflict, taken)
		s.Owner.POST("/appointments/"+tomorrow.ID+"/reschedule", object{"start": at("13:00")}).WantProblem(t, http.StatusConflict, taken)
		s.Owner.PATCH("/appointments/"+pats.ID, object{"customer_id": cleo}).WantProblem(t, http.StatusConflict, taken)
	})
	s.Owner.POST("/appointments/"+today.ID+"/reschedule", object{"start": at("13:00")}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments/"+today.ID+"/cancel", object{}).Want(t, http.StatusOK)
	s.Owner.PATCH("/appointments/"+pats.ID, object{"customer_id": cleo}).Want(t, http.StatusOK)
}

// TestLimitsOfOneCustomerOverAllServices: 4.3.8.3, "per service/resource/customer": whatever is booked counts, the stricter limit wins, and
// staff may let it pass.
func TestLimitsOfOneCustomerOverAllServices(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, colour := s.Service(t, []string{s.ann}, object{"customer_limits": object{"week": 1}}), s.Service(t, []string{s.ann})
	s.Owner.PATCH("/settings/booking", object{"customer_limits": object{"day": 2}}).Want(t, http.StatusOK)
	cleo := s.Customer(t, "Cleo")
	book := func(service, start string) object {
		return object{"service_id": service, "start": start, "customer_id": cleo}
	}
	s.Book(t, book(cut, at("09:00")))
	s.Owner.POST("/appointments", book(cut, "2026-06-02T09:00")).WantProblem(t, http.StatusConflict, taken) // the service's own is stricter
	second := s.Book(t, book(colour, at("10:00")))
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/appointments", book(colour, at("11:00"))).WantProblem(t, http.StatusConflict, taken)
	})
	s.Book(t, book(colour, "2026-06-02T10:00"))
	s.Owner.POST("/appointments/"+second.ID+"/reschedule", object{"start": at("12:00")}).Want(t, http.StatusOK) // it counts itself no more
	allowed := book(colour, at("11:00"))
	allowed["override"] = []string{"customer_limit"}
	s.Owner.POST("/appointments", allowed).Want(t, http.StatusCreated)
	s.Owner.PATCH("/settings/booking", object{"customer_limits": object{"year": 1}}).
		WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.customer_limits.year")
}

// TestLimitsInMinutes: 4.3.8.3 bounds how long the appointments of a day are together, of a service, a resource and a customer.
func TestLimitsInMinutes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ service, person object }{
		"of the service": {service: object{"limits": object{"day_minutes": 89}}},
		"of a resource":  {person: object{"limits": object{"day_minutes": 89}}},
		"of a customer":  {service: object{"customer_limits": object{"day_minutes": 89}}},
		"of seats":       {service: object{"limits": object{"day_minutes": 89}, "group": object{"capacity": 4, "ad_hoc": true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			cut, cleo := s.Service(t, []string{s.Resource(t, c.person)}, c.service), s.Customer(t, "Cleo")
			book := func(clock string) apptest.Answer {
				return s.Owner.POST("/appointments", object{"service_id": cut, "start": at(clock), "customer_id": cleo})
			}
			book("10:00").Want(t, http.StatusCreated)
			second := apptest.Into[apptest.Appointment](t, book("11:00"), http.StatusCreated)
			s.Env.WritesNothing(t, func() { book("12:00").WantProblem(t, http.StatusConflict, taken) })
			s.Owner.POST("/appointments/"+second.ID+"/reschedule", object{"start": at("13:00")}).Want(t, http.StatusOK)
			s.Owner.POST("/appointments", object{"service_id": cut, "start": "2026-06-02T10:00", "customer_id": cleo}).Want(t, http.StatusCreated)
		})
	}
}

// TestARushKeepsTheLimits: of many who book at once, at different times with different resources, no more than the limit.
func TestARushKeepsTheLimits(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]object{"of the service": {"limits": object{"day": 3}}, "of one customer": {"customer_limits": object{"day": 3}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			var people []string
			for range 8 {
				people = append(people, s.Resource(t))
			}
			cut := s.Service(t, people, limits)
			cleo := s.Customer(t, "Cleo")
			answers := make(chan int, len(people))
			for i, r := range people {
				go func() {
					answers <- s.Owner.POST("/appointments", object{"service_id": cut, "start": at(fmt.Sprintf("%02d:00", 9+i)), "customer_id": cleo, "resource_ids": []string{r}}).Status
				}()
			}
			got := map[int]int{}
			for range people {
				got[<-answers]++
			}
			if got[http.StatusCreated] != 3 || got[http.StatusConflict] != 5 {
				t.Errorf("answers %v, want 3 bookings and 5 conflicts", got)
			}
			if n := s.count(t, `SELECT count(*) FROM appointments`); n != 3 {
				t.Errorf("%d appointments, want 3", n)
			}
			apptest.Sound(t, s.Env)
		})
	}
}

// TestLimitsOfAResourceCountGroupSessions once each, however many sit there, and not those that are cancelled.
func TestLimitsOfAResourceCountGroupSessions(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]object{"by number": {"day": 2}, "in minutes": {"day_minutes": 119}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			bea := s.Resource(t, object{"limits": limits})
			cut := s.Service(t, []string{bea})
			yoga := s.Service(t, []string{bea}, object{"duration_minutes": 60, "group": object{"capacity": 10}, "max_party_size": 10})
			g := s.plan(t, yoga, "10:00")
			for n := range 3 {
				s.sits(t, yoga, "10:00", n)
			}
			s.booked(t, cut, "12:00")
			if name == "in minutes" { // 90 are booked now
				s.booked(t, s.Service(t, []string{bea}, object{"duration_minutes": 29}), "13:00")
			}
			want(t, s.free(t, cut), "")
			s.refused(t, cut, at("14:00"))
			s.sits(t, yoga, "10:00", 3) // a seat takes nothing more
			another := object{"service_id": yoga, "start": at("14:00")}
			s.Env.WritesNothing(t, func() {
				p := s.Owner.POST("/group_sessions", another).WantProblem(t, http.StatusConflict, taken)
				if !p.Overridable || len(p.Conflicts) != 1 || p.Conflicts[0].Rule != "limit" || p.Conflicts[0].ResourceID != bea {
					t.Errorf("what is in the way: %+v", p)
				}
			})
			// Moved within the day it is not one more.
			s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("15:00")}).Want(t, http.StatusOK)
			over := apptest.Into[session](t, s.Owner.POST("/group_sessions", with(another, object{"override": []string{"limit"}})), http.StatusCreated)
			tomorrow := s.plan(t, yoga, "10:00", object{"start": "2026-06-02T10:00"})
			s.Owner.POST("/group_sessions/"+tomorrow.ID+"/reschedule", object{"start": at("09:00")}).WantProblem(t, http.StatusConflict, taken)
			for _, id := range []string{over.ID, g.ID} {
				s.Owner.POST("/group_sessions/"+id+"/cancel", nil).Want(t, http.StatusOK)
			}
			s.Env.Public().POST("/public/appointments", guest(cut, at("14:00"))).Want(t, http.StatusCreated)
			apptest.Sound(t, s.Env)
		})
	}
}

// TestTheOnlySeatMovesWithinTheLimit: its session, made by it, goes as it leaves, and takes neither time nor a place of the limit.
func TestTheOnlySeatMovesWithinTheLimit(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"limits": object{"day": 1}})
	tour := s.Service(t, []string{bea}, object{"duration_minutes": 60, "group": object{"capacity": 3, "ad_hoc": true}})
	one := s.sits(t, tour, "10:00", 1)
	move := func(start string) apptest.Answer {
		return s.Owner.POST("/appointments/"+one+"/reschedule", object{"start": at(start)})
	}
	move("10:00").WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
	move("10:30").Want(t, http.StatusOK)
	want(t, s.left(t, tour), "10:30 2")
	s.sits(t, tour, "10:30", 2)
	move("14:00").WantProblem(t, http.StatusConflict, taken) // the other stays, so that would be two
	apptest.Sound(t, s.Env)
}

// TestASessionIsNotInItsOwnWay (4.3.3, 4.3.8.3): its seats fill the limit of a day, and it may still be moved within that day, and given
// to others. The seats of another session count as before.
func TestASessionIsNotInItsOwnWay(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t)
	yoga := s.class(t, nil, object{"resource_ids": []string{s.ann, bea}, "limits": object{"day": 2}})
	g := s.plan(t, yoga, "10:00", object{"resource_ids": []string{s.ann}})
	s.sits(t, yoga, "10:00", 1)
	s.sits(t, yoga, "10:00", 2)
	s.sit(t, yoga, "10:00", 3).WantProblem(t, http.StatusConflict, taken)
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("13:00")}).Want(t, http.StatusOK)
	done := apptest.Into[struct {
		Moved []string `json:"moved_sessions"`
	}](t, s.Owner.POST("/resources/"+s.ann+"/reassign", object{"to": bea}), http.StatusOK)
	if len(done.Moved) != 1 {
		t.Error("nobody could take the session")
	}
	next := apptest.Into[session](t, s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": "2026-06-02T10:00"}), http.StatusCreated)
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/group_sessions/"+next.ID+"/reschedule", object{"start": at("10:00")}).WantProblem(t, http.StatusConflict, taken)
	})
}

// TestWhatHasExpiredFillsNoLimit (4.3.3, 4.3.8.3), swept or not: of a service, a resource and a customer. What is listed can be booked.
func TestWhatHasExpiredFillsNoLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ service, person object }{
		"of the service":          {service: object{"limits": object{"day": 1}}},
		"of a resource":           {person: object{"limits": object{"day": 1}}},
		"of a customer":           {service: object{"customer_limits": object{"day": 1}}},
		"of the service, unkept":  {service: object{"limits": object{"day": 1}, "pending_blocks_slot": false}},
		"of a customer, unkept":   {service: object{"customer_limits": object{"day": 1}, "pending_blocks_slot": false}},
		"of the service, by seat": {service: object{"limits": object{"day": 1}, "group": object{"capacity": 4, "ad_hoc": true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			asked := s.Service(t, []string{s.Resource(t, c.person)}, object{"confirmation": "request", "pending_minutes": 60}, c.service)
			s.request(t, asked, "12:00", "gil@example.com")
			s.turn("2026-05-30T13:30:00Z")
			want(t, s.free(t, asked), apptest.Every("09:00", "16:30", 30))
			s.request(t, asked, "15:00", "gil@example.com")
		})
	}
}
