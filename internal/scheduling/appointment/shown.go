package appointment

import (
	"encoding/json"
	"fmt"

	"smoothschedule/internal/scheduling/availability"
)

// shown is an appointment as the actor sees it. Whoever it is for, and who doesn't serve it, reads nothing that staff wrote for one
// another, nor which rules they let it pass.
func (a Appointment) shown() Appointment {
	if !a.AsCustomer {
		return a
	}
	a.Notes, a.Overbooked, a.Overridden, a.OverrideReason = nil, false, []availability.Rule{}, nil
	if a.CancelledBy == nil || *a.CancelledBy != byCustomer {
		a.CancelReason = nil
	}
	return a
}

// notForCustomers are the fields that shown keeps back, and those that may name somebody whose appointment it was before.
var notForCustomers = []string{"notes", "overbooked", "overridden", "override_reason", "cancel_reason", "customer_id", "customer_name"}

// forCustomer is a change as whoever the appointment is for sees it: without who of the business made it, and what they wrote.
func (e Entry) forCustomer() (Entry, error) {
	if !e.Public {
		e.By, e.Acting, e.Reason = "", false, nil
	}
	changes := map[string]json.RawMessage{}
	if err := json.Unmarshal(e.Changes, &changes); err != nil {
		return Entry{}, fmt.Errorf("the changes of %s: %w", e.ID, err)
	}
	for _, name := range notForCustomers {
		delete(changes, name)
	}
	var err error
	e.Changes, err = json.Marshal(changes)
	return e, err
}
