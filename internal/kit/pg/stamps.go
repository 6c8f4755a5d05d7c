package pg

import "time"

// Stamps are what every object carries.
type Stamps struct {
	CreatedAt time.Time `json:"created_at" db:"created_at"`
	UpdatedAt time.Time `json:"updated_at" db:"updated_at"`
	Version   int       `json:"version" db:"version" doc:"Grows with each change."`
}

// ObjectVersion is the version that conditional requests are about.
func (s Stamps) ObjectVersion() int { return s.Version }
