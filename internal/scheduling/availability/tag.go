package availability

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// Tag is a hash of the answer: whoever has it needs no body. There is no counter of changes, which would make bookings of a business
// wait for each other.
func (a Answer) Tag() string {
	text := []byte(a.TimeZone)
	for _, s := range a.Data {
		text = binary.BigEndian.AppendUint64(text, uint64(s.Start.UnixMicro()))
		text = binary.BigEndian.AppendUint64(text, uint64(s.End.UnixMicro()))
		text = binary.BigEndian.AppendUint32(text, uint32(s.Remaining)) //nolint:gosec // seats are few
		for _, r := range s.ResourceIDs {
			key := r.UUID()
			text = append(text, key[:]...)
		}
	}
	return hash(text)
}

// Tag is a hash of the answer.
func (c Counts) Tag() string {
	text := []byte(c.TimeZone)
	for _, d := range c.Data {
		text = append(text, d.Date.String()...)
		text = binary.BigEndian.AppendUint32(text, uint32(d.Count)) //nolint:gosec // starts of a day are few
	}
	return hash(text)
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
