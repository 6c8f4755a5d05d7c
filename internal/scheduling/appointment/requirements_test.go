package appointment_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// colouring is the spec's: staff at the beginning and at the end, a chair all the time, a basin near the end; 90 minutes.
func colouring(staff, chairs, basins []string) object {
	return object{"duration_minutes": 90, "slot_interval_minutes": 30, "resource_ids": []string{}, "requirements": []object{
		{"label": "Stylist", "resource_ids": staff, "parts": []object{{"from_minutes": 0, "to_minutes": 30}, {"from_minutes": 75}}},
		{"label": "Chair", "resource_ids": chairs, "customer_selectable": false},
		{"label": "Basin", "resource_ids": basins, "parts": []object{{"from_minutes": 70, "to_minutes": 85}}, "customer_selectable": false},
	}}
}

func (s salon) room(t *testing.T, name string, more ...object) string {
	t.Helper()
	return s.Resource(t, append([]object{{"name": name, "kind": "ROOM"}}, more...)...)
}

// ranges are the active allocations of a resource, as the location's wall clock shows them.
func (s salon) ranges(t *testing.T, resource string) string {
	t.Helper()
	var all []string
	for _, a := range s.allocations(t) {
		if a.resource == resource {
			all = append(all, a.from+"-"+a.to)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestRequirementsReserveEachResourceForItsParts(t *testing.T) {
	t.Parallel()
	s := open(t)
	chair, basin := s.room(t, "Chair"), s.room(t, "Basin")
	colour := s.Service(t, nil, colouring([]string{s.ann}, []string{chair}, []string{basin}))
	booked := apptest.Into[apptest.Appointment](t, s.Env.Public().POST("/public/appointments", guest(colour, at("10:00"))), http.StatusCreated)
	want(t, s.ranges(t, s.ann), "10:00-10:30 11:15-11:30")
	want(t, s.ranges(t, chair), "10:00-11:30")
	want(t, s.ranges(t, basin), "11:10-11:25")
	all := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+booked.ID), http.StatusOK)
	want(t, strings.Join(all.ResourceIDs, " "), strings.Join([]string{s.ann, chair, basin}, " "))
}

// TestProcessingTimeIsFreeForOthers: between its parts the stylist cuts somebody else's hair.
func TestProcessingTimeIsFreeForOthers(t *testing.T) {
	t.Parallel()
	s := open(t)
	chair, basin := s.room(t, "Chair"), s.room(t, "Basin")
	colour := s.Service(t, nil, colouring([]string{s.ann}, []string{chair}, []string{basin}))
	cut := s.Service(t, []string{s.ann}, object{"duration_minutes": 45, "slot_interval_minutes": 15})
	s.Env.Public().POST("/public/appointments", guest(colour, at("10:00"))).Want(t, http.StatusCreated)
	s.refused(t, cut, at("10:15"))
	s.refused(t, cut, at("10:45"))
	s.Env.Public().POST("/public/appointments", with(guest(cut, at("10:30")), object{"customer": object{"name": "Hal", "email": "hal@example.com"}})).Want(t, http.StatusCreated)
}

func TestA16AnyStaffTogetherWithARoom(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, room := s.Resource(t, object{"name": "Bea"}), s.room(t, "Room 1")
	massage := s.Service(t, nil, object{"requirements": []object{
		{"label": "Masseur", "resource_ids": []string{s.ann, bea}}, {"label": "Room", "resource_ids": []string{room}},
	}})
	block := s.Service(t, []string{s.ann, bea, room}, object{"public": false})
	hour := func(resource string) object {
		return object{"service_id": block, "start": at("10:00"), "resource_ids": []string{resource}, "customer_id": s.Customer(t, "Cleo")}
	}
	s.Book(t, hour(s.ann))
	slots := s.Free(t, massage, monday, monday)
	i := slices.IndexFunc(slots, func(o apptest.Slot) bool { return strings.Contains(o.Start, "T10:00") })
	if i < 0 || !slices.Equal(slots[i].ResourceIDs, []string{bea}) {
		t.Fatalf("at ten, Bea: %v", slots)
	}
	s.Book(t, hour(room))
	want(t, s.free(t, massage), "09:00 09:30 "+apptest.Every("10:30", "16:30", 30))
	s.refused(t, massage, at("10:00"))
}

func TestA17DistinctResourcesForTwoRequirements(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	both := []string{s.ann, bea}
	duo := s.Service(t, nil, object{"requirements": []object{{"label": "Left", "resource_ids": both}, {"label": "Right", "resource_ids": both}}})
	solo := s.Service(t, both)
	s.Book(t, object{"service_id": solo, "start": at("10:00"), "resource_ids": []string{bea}, "customer_id": s.Customer(t, "Cleo")})
	s.refused(t, duo, at("10:00"))
	a := apptest.Into[apptest.Appointment](t, s.Env.Public().POST("/public/appointments", guest(duo, at("10:30"))), http.StatusCreated)
	got := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+a.ID), http.StatusOK).ResourceIDs
	if len(got) != 2 || got[0] == got[1] {
		t.Fatalf("want both: %v", got)
	}
	s.refused(t, solo, at("10:30"))
}

// TestA6CapacityIsSwept: three rows of beds are in use at 10:30 to 11, and no more.
func TestA6CapacityIsSwept(t *testing.T) {
	t.Parallel()
	s := open(t)
	room := s.room(t, "Ward", object{"capacity": 3})
	hour := s.Service(t, []string{room}, object{"duration_minutes": 60, "slot_interval_minutes": 30})
	long := s.Service(t, []string{room}, object{"duration_minutes": 120, "count_per_person": true, "max_party_size": 3})
	for i, start := range []string{"10:00", "10:30", "11:00"} {
		s.Book(t, object{"service_id": hour, "start": at(start), "customer_id": s.Customer(t, strings.Repeat("C", i+1))})
	}
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(long, at("10:00"), object{"party_size": 2})).WantProblem(t, http.StatusConflict, taken)
	})
	s.Env.Public().POST("/public/appointments", guest(long, at("10:00"), object{"party_size": 4})).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.party_size")
	s.Env.Public().POST("/public/appointments", guest(long, at("10:00"))).Want(t, http.StatusCreated)
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(long, at("10:00"), object{"customer": object{"name": "Hal", "email": "hal@example.com"}})).WantProblem(t, http.StatusConflict, taken)
	})
}

// TestAHallTakesItsHalves, and cannot be had while one of them is taken.
func TestAHallTakesItsHalves(t *testing.T) {
	t.Parallel()
	s := open(t)
	left, right := s.room(t, "Hall A"), s.room(t, "Hall B")
	hall := s.room(t, "Hall", object{"requires": []string{left, right}})
	whole, half := s.Service(t, []string{hall}), s.Service(t, []string{left, right})
	booked := s.booked(t, whole, "10:00")
	want(t, strings.Join(booked.ResourceIDs, " "), hall)
	s.refused(t, half, at("10:00"))
	s.booked(t, half, "11:00")
	s.refused(t, whole, at("11:00"))
	s.Owner.POST("/appointments/"+booked.ID+"/cancel", nil).Want(t, http.StatusOK)
	s.booked(t, half, "10:00")
}

// TestAHallTakesTheHalvesOfItsHalves: 4.3.7, "expand to allocations on all", however far the links lead.
func TestAHallTakesTheHalvesOfItsHalves(t *testing.T) {
	t.Parallel()
	s := open(t)
	quarter := s.room(t, "Quarter")
	half := s.room(t, "Half", object{"requires": []string{quarter}})
	hall := s.room(t, "Hall", object{"requires": []string{half}})
	of := map[string]string{}
	for _, room := range []string{quarter, half, hall} {
		of[room] = s.Service(t, []string{room})
	}
	s.booked(t, of[hall], "10:00")
	for _, room := range []string{quarter, half} {
		want(t, s.ranges(t, room), "10:00-10:30")
		s.refused(t, of[room], at("10:00"))
	}
	s.booked(t, of[quarter], "11:00")
	for _, room := range []string{half, hall} {
		s.refused(t, of[room], at("11:00"))
	}
	either := s.Service(t, nil, object{"requirements": []object{{"label": "One", "resource_ids": []string{hall}}, {"label": "Other", "resource_ids": []string{quarter}}}})
	s.refused(t, either, at("12:00"))
	apptest.Sound(t, s.Env)
}

// TestAHallAndItsQuarterAtOnce: 4.3.7 under 4.4.3, where the lock of each must cover the other.
func TestAHallAndItsQuarterAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	quarter := s.room(t, "Quarter")
	hall := s.room(t, "Hall", object{"requires": []string{s.room(t, "Half", object{"requires": []string{quarter}})}})
	services := []string{s.Service(t, []string{hall}), s.Service(t, []string{quarter})}
	for _, start := range []string{"10:00", "11:00", "12:00"} {
		var wg sync.WaitGroup
		var status [2]int
		for i, service := range services {
			who := object{"customer": object{"name": "Gil", "email": "gil" + strconv.Itoa(i) + "@example.com"}}
			wg.Go(func() { status[i] = s.Env.Public().POST("/public/appointments", guest(service, at(start), who)).Status })
		}
		wg.Wait()
		if status[0]+status[1] != http.StatusCreated+http.StatusConflict {
			t.Errorf("%s: statuses %v", start, status)
		}
	}
}

func TestQuantityTakesSeveralOfAGroup(t *testing.T) {
	t.Parallel()
	s := open(t)
	lasers := []string{s.room(t, "L1"), s.room(t, "L2"), s.room(t, "L3")}
	group := apptest.Into[apptest.Object](t, s.Owner.POST("/resource_groups", object{"name": "Lasers", "resource_ids": lasers}), http.StatusCreated).ID
	two := s.Service(t, nil, object{"requirements": []object{{"label": "Laser", "group_id": group, "quantity": 2}}})
	if got := s.booked(t, two, "10:00").ResourceIDs; len(got) != 2 {
		t.Fatalf("want two: %v", got)
	}
	s.refused(t, two, at("10:00"))
}

// TestChosenResourcesAreAmongThoseBooked, in any order, and a choice that the service has no use for is named.
func TestChosenResourcesAreAmongThoseBooked(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, one, two := s.Resource(t, object{"name": "Bea"}), s.room(t, "One"), s.room(t, "Two")
	massage := s.Service(t, nil, object{"requirements": []object{
		{"label": "Masseur", "resource_ids": []string{s.ann, bea}}, {"label": "Room", "kind": "ROOM", "customer_selectable": false},
	}})
	book := func(ids ...string) object {
		return object{"service_id": massage, "start": at("10:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": ids}
	}
	got := s.Book(t, book(two, bea)).ResourceIDs
	want(t, strings.Join(got, " "), bea+" "+two)
	for at, ids := range map[string][]string{"body.resource_ids[1]": {s.ann, bea}, "body.resource_ids[2]": {s.ann, one, two}} {
		s.Owner.POST("/appointments", book(ids...)).WantProblem(t, http.StatusUnprocessableEntity, invalid, at)
	}
	s.Env.Public().POST("/public/appointments", guest(massage, at("11:00"), object{"resource_id": one})).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.resource_id")
}
