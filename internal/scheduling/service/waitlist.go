package service

import "smoothschedule/internal/kit/fault"

// What becomes of the wait list of a service when time is free again.
const (
	WaitlistOff = "off"
	NotifyAll   = "notify_all" // all who wait for it are told; the first to book has it
	OfferNext   = "offer_next" // it is kept for one after the other
	AutoEnrol   = "auto_enrol" // the next one is given the seat
)

// waitlistProblems are those of a strategy that doesn't go with the service: nothing but a seat is given unasked.
func (n New) waitlistProblems() (bad []fault.Field) {
	if n.Waitlist == AutoEnrol && n.Group.V == nil {
		bad = append(bad, fault.Field{Location: "body.waitlist", Message: "Only seats of groups are given to those who wait. Choose offer_next, or make it a group."})
	}
	return bad
}
