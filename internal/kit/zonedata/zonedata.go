// Package zonedata says by which rules of time zones the program goes.
package zonedata

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine is where package time looks for zones on Unix, in this order, before it takes the copy in the program.
var machine = []string{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"}

// Version is that of the IANA data from which package time reads zones, such as "2025b". A machine's data may be newer than the copy
// that the program carries, or older: what ZONEINFO names comes first, then the machine's, then the copy. That tells no version of
// its own but Go's, which it comes with.
func Version() string { return version(append([]string{os.Getenv("ZONEINFO")}, machine...)) }

// sample is a zone that all have.
const sample = "Europe/Berlin"

func version(places []string) string {
	for _, place := range places {
		zone := filepath.Join(place, sample)
		if strings.HasSuffix(place, ".zip") {
			zone = place
		}
		if file, err := os.Stat(zone); place != "" && err == nil && file.Mode().IsRegular() {
			return versionIn(place, file.ModTime())
		}
	}
	return "in " + runtime.Version()
}

// versionIn is what the place says itself, or where it says nothing, what tells it from another: where and how old it is.
func versionIn(place string, written time.Time) string {
	text, _ := os.ReadFile(filepath.Join(place, "tzdata.zi")) // as Debian has it
	line, _, _ := strings.Cut(string(text), "\n")
	if v, ok := strings.CutPrefix(line, "# version "); ok {
		return strings.TrimSpace(v)
	}
	text, _ = os.ReadFile(filepath.Join(place, "+VERSION")) // as macOS has it
	if v := strings.TrimSpace(string(text)); v != "" {
		return v
	}
	return place + " of " + written.UTC().Format(time.DateOnly)
}
