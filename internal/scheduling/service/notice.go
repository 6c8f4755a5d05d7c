package service

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// Notice is how long before its start an appointment can still be booked, if the service says.
type Notice struct {
	given   bool
	minutes *int // nil: the location's or the business's
}

// NoticeOf is a service's own notice.
func NoticeOf(minutes int) Notice { return Notice{true, &minutes} }

// IsZero reports that nothing is said, not even null.
func (n Notice) IsZero() bool { return !n.given }

// UnmarshalJSON tells null from nothing.
func (n *Notice) UnmarshalJSON(b []byte) error {
	n.given = true
	return json.Unmarshal(b, &n.minutes)
}

// MarshalJSON writes the minutes or null.
func (n Notice) MarshalJSON() ([]byte, error) { return json.Marshal(n.minutes) }

// Schema is that of a number.
func (Notice) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Nullable: true}
}
