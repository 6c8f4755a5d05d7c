package zonedata

// Sample is a zone that each place has.
const Sample = sample

// VersionOf is Version where zones are looked for in these places.
func VersionOf(places []string) string { return version(places) }
