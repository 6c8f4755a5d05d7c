package zonedata_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"smoothschedule/internal/kit/zonedata"
)

// place makes a directory of zones with the files of a kind of machine.
func place(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheFirstPlaceThatHasZonesCounts(t *testing.T) {
	t.Parallel()
	debian := place(t, map[string]string{zonedata.Sample: "TZif", "tzdata.zi": "# version 2025b\n# This zic input file is in the public domain.\n"})
	mac := place(t, map[string]string{zonedata.Sample: "TZif", "+VERSION": "2024a\n"})
	silent := place(t, map[string]string{zonedata.Sample: "TZif"})
	empty := place(t, map[string]string{"tzdata.zi": "# version 1999a\n"})
	zip := filepath.Join(place(t, map[string]string{"zoneinfo.zip": "PK"}), "zoneinfo.zip")
	for name, c := range map[string]struct {
		places []string
		want   string
	}{
		"the machine's":           {[]string{"", debian, mac}, "2025b"},
		"what ZONEINFO names":     {[]string{mac, debian}, "2024a"},
		"a directory without any": {[]string{"", empty, "/nowhere", mac}, "2024a"},
		"one that doesn't say":    {[]string{"", silent}, silent + " of 2025-03-04"},
		"an archive":              {[]string{zip, debian}, zip + " of 2025-03-04"},
		"the copy":                {[]string{"", "/nowhere"}, "in " + runtime.Version()},
	} {
		if got := zonedata.VersionOf(c.places); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if zonedata.Version() == "" {
		t.Error("no version")
	}
}
