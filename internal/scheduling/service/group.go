package service

import "smoothschedule/internal/kit/fault"

// Group is how a service is taken by several customers at once, each with a seat of their own.
type Group struct {
	Capacity int    `json:"capacity" minimum:"1" maximum:"1000" doc:"Seats of a session."`
	Minimum  int    `json:"minimum" required:"false" minimum:"0" maximum:"1000" doc:"Seats that must be taken for it to happen."`
	Deadline *int   `json:"deadline_minutes,omitempty" default:"1440" minimum:"0" maximum:"100000" doc:"So long before the start there must be so many."`
	TooFew   string `json:"too_few" required:"false" enum:"warn,cancel" doc:"What happens with too few: staff are warned, as without this, or it is cancelled."`
	AdHoc    bool   `json:"ad_hoc" required:"false" doc:"Whether the first seat makes a session, wherever the service could be booked; else staff plan them."`
}

const defaultDeadline = 24 * 60

// completed has all that was left out.
func (g *Group) completed() *Group {
	if g == nil {
		return nil
	}
	c := *g
	c.Deadline = orDefault(c.Deadline, defaultDeadline)
	if c.TooFew == "" {
		c.TooFew = "warn"
	}
	return &c
}

func (g *Group) problems() (bad []fault.Field) {
	if g != nil && g.Minimum > g.Capacity {
		bad = append(bad, fault.Field{Location: "body.group.minimum", Message: "There can't be more than there are seats."})
	}
	return bad
}
