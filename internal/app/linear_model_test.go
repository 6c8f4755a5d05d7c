package app_test

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// A day of the salon as it must appear to everybody, one step after another: who has which of its people at which of its starts.
const (
	quarters = 8 // of an hour, from ten to twelve
	lasting  = 2 // of them is an appointment
	starts   = quarters - lasting + 1
	hands    = 4
)

// crew is a set of people, by bits; so are sets of starts and of quarters.
type crew uint

func (c crew) has(all crew) bool { return all&^c == 0 }
func (c crew) size() int         { return bits.OnesCount(uint(c)) }

// step is what a client asked for, and answer what it was told.
type (
	step struct {
		kind  string
		day   int
		size  int    // how many people it takes
		want  crew   // who must be among them
		start int    // which quarter
		key   string // the hold's token or the appointment's id that it is about
	}
	answer struct {
		status int
		code   string
		key    string // the new hold's or appointment's
		took   crew
		free   crew // the starts
		all    diary
	}
)

// entry is an appointment or a hold. Cancelled appointments stay.
type entry struct {
	key   string
	took  crew
	start int
	held  bool
	ended bool
}

// diary is a day, by keys. Nobody changes one: each step makes another.
type diary []entry

func (d diary) find(key string) (int, bool) {
	return slices.BinarySearchFunc(d, key, func(e entry, key string) int { return cmp.Compare(e.key, key) })
}

func (d diary) with(e entry) diary {
	i, there := d.find(e.key)
	if there {
		d = slices.Clone(d)
		d[i] = e
		return d
	}
	return slices.Insert(slices.Clone(d), i, e)
}

func (d diary) without(key string) diary {
	return slices.DeleteFunc(slices.Clone(d), func(e entry) bool { return e.key == key })
}

// free is who could be taken at a start.
func (d diary) free(start int, except string) crew {
	all := crew(1<<hands - 1)
	for _, e := range d {
		if !e.ended && e.key != except && e.start < start+lasting && start < e.start+lasting {
			all &^= e.took
		}
	}
	return all
}

// after is the day after a step, and whether the answer may be the step's.
func (d diary) after(s step, a answer) (diary, bool) {
	switch s.kind {
	case "book", "hold":
		return d.book(s, a)
	case "redeem":
		return d.redeem(s, a)
	case "release":
		return d.without(s.key), a.status == 204
	case "cancel", "move":
		return d.change(s, a)
	case "list":
		free := crew(0)
		for start := range starts {
			if now := d.free(start, ""); now.has(s.want) && now.size() > 0 {
				free |= 1 << start
			}
		}
		return d, a.status == 200 && a.free == free
	case "look":
		return d, a.status == 200 && slices.Equal(a.all, slices.DeleteFunc(slices.Clone(d), func(e entry) bool { return e.held || e.ended }))
	}
	return d, false
}

func (d diary) book(s step, a answer) (diary, bool) {
	free := d.free(s.start, "")
	possible := free.has(s.want) && free.size() >= s.size
	if a.status != 201 {
		return d, a.status == 409 && a.code == "slot_unavailable" && !possible
	}
	if s.kind == "hold" {
		a.took = s.want // holds don't tell
	}
	fine := possible && free.has(a.took) && a.took.has(s.want) && a.took.size() == s.size
	return d.with(entry{key: a.key, took: a.took, start: s.start, held: s.kind == "hold"}), fine
}

func (d diary) redeem(s step, a answer) (diary, bool) {
	i, there := d.find(s.key)
	if a.status != 201 {
		return d, a.status == 409 && a.code == "slot_unavailable" && !there
	}
	if !there || d[i].took != a.took || d[i].start != s.start {
		return d, false
	}
	return d.without(s.key).with(entry{key: a.key, took: a.took, start: s.start}), true
}

func (d diary) change(s step, a answer) (diary, bool) {
	i, there := d.find(s.key)
	if !there {
		return d, false
	}
	e := d[i]
	switch {
	case e.ended:
		return d, a.status == 409 && a.code == "state_conflict"
	case s.kind == "cancel":
		e.ended = true
		return d.with(e), a.status == 200
	}
	want := s.want
	if want == 0 {
		want = e.took
	}
	free := d.free(s.start, e.key)
	switch possible := free.has(want); {
	case !possible:
		return d, a.status == 409 && a.code == "slot_unavailable"
	case want == e.took && s.start == e.start:
		return d, a.status == 422 && a.code == "unchanged"
	}
	e.took, e.start = want, s.start
	return d.with(e), a.status == 200 && a.took == want
}

// salonModel is the salon, day by day: no step concerns two days.
func salonModel() porcupine.Model {
	return porcupine.Model{
		Init:      func() any { return diary{} },
		Partition: byDay,
		Step: func(state, input, output any) (bool, any) {
			next, ok := state.(diary).after(input.(step), output.(answer))
			return ok, next
		},
		Equal: func(a, b any) bool { return slices.Equal(a.(diary), b.(diary)) },
	}
}

func byDay(history []porcupine.Operation) (days [][]porcupine.Operation) {
	all := map[int][]porcupine.Operation{}
	for _, o := range history {
		day := o.Input.(step).day
		all[day] = append(all[day], o)
	}
	for _, one := range all {
		days = append(days, one)
	}
	return days
}

// linear checks that everybody saw the same salon. The histories are so short that the search takes milliseconds; one that takes a
// minute proves nothing, and fails.
func linear(t *testing.T, history []porcupine.Operation) {
	t.Helper()
	for _, day := range byDay(history) {
		if got := porcupine.CheckOperationsTimeout(salonModel(), day, time.Minute); got != porcupine.Ok {
			t.Errorf("%s: no order explains these answers:\n%s", got, told(day))
		}
	}
}

func told(day []porcupine.Operation) (text string) {
	slices.SortFunc(day, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	for _, o := range day {
		text += fmt.Sprintf("%6.1f-%6.1f ms client %2d: %+v -> %+v\n", float64(o.Call)/1e6, float64(o.Return)/1e6, o.ClientId, o.Input, o.Output)
	}
	return text
}

// TestTheModelOfASalon is of the model itself: what it must not explain away.
func TestTheModelOfASalon(t *testing.T) {
	t.Parallel()
	book := step{kind: "book", size: 1, want: 1, start: 2}
	booked, taken := answer{status: 201, key: "a", took: 1}, answer{status: 409, code: "slot_unavailable"}
	cancel, look := step{kind: "cancel", key: "a"}, step{kind: "look"}
	ok, all := answer{status: 200}, crew(1<<starts-1)
	type pair struct {
		step
		answer
	}
	for name, c := range map[string]struct {
		want    porcupine.CheckResult
		history []pair
	}{
		"one after the other":     {porcupine.Ok, []pair{{book, booked}, {book, taken}, {cancel, ok}, {book, answer{status: 201, key: "b", took: 1}}}},
		"booked twice":            {porcupine.Illegal, []pair{{book, booked}, {book, answer{status: 201, key: "b", took: 1}}}},
		"refused for nothing":     {porcupine.Illegal, []pair{{book, taken}}},
		"refused after the end":   {porcupine.Illegal, []pair{{book, booked}, {cancel, ok}, {book, taken}}},
		"cancelled twice":         {porcupine.Illegal, []pair{{book, booked}, {cancel, ok}, {cancel, ok}}},
		"lost":                    {porcupine.Illegal, []pair{{book, booked}, {look, ok}}},
		"not offered":             {porcupine.Illegal, []pair{{step{kind: "list", want: 1}, answer{status: 200, free: all &^ 1}}}},
		"offered":                 {porcupine.Illegal, []pair{{book, booked}, {step{kind: "list", want: 1}, answer{status: 200, free: all}}}},
		"with two at once":        {porcupine.Illegal, []pair{{book, booked}, {step{kind: "book", size: 2, want: 3, start: 3}, answer{status: 201, key: "b", took: 3}}}},
		"redeemed twice":          {porcupine.Illegal, []pair{{step{kind: "hold", size: 1, want: 1}, answer{status: 201, key: "h"}}, {step{kind: "redeem", key: "h"}, booked}, {step{kind: "redeem", key: "h"}, answer{status: 201, key: "b", took: 1}}}},
		"moved onto another":      {porcupine.Illegal, []pair{{book, booked}, {step{kind: "book", size: 1, want: 1, start: 5}, answer{status: 201, key: "b", took: 1}}, {step{kind: "move", key: "b", start: 3}, answer{status: 200, took: 1}}}},
		"moved by a quarter hour": {porcupine.Ok, []pair{{book, booked}, {step{kind: "move", key: "a", start: 3}, answer{status: 200, took: 1}}}},
	} {
		var history []porcupine.Operation
		for i, p := range c.history {
			history = append(history, porcupine.Operation{ClientId: i, Input: p.step, Call: int64(2 * i), Output: p.answer, Return: int64(2*i + 1)})
		}
		if got := porcupine.CheckOperationsTimeout(salonModel(), history, 10*time.Second); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
