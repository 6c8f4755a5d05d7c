package availability

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// LookBusy hides some of the starts from customers, as many of a hundred as the business wants: always the same ones of a day.
func (p *Plan) LookBusy(slots []Slot) []Slot {
	if p.Service.LookBusyPercent == 0 {
		return slots
	}
	return slices.DeleteFunc(slots, func(s Slot) bool { return p.hidden(s.Start) })
}

// hidden tells whether customers don't see a start.
func (p *Plan) hidden(start time.Time) bool {
	if p.Service.LookBusyPercent == 0 {
		return false
	}
	seen := sha256.Sum256([]byte(p.ServiceID.String() + calendar.WallOf(start, p.Zone).String()))
	return int(binary.BigEndian.Uint32(seen[:4])%100) < p.Service.LookBusyPercent
}
