package config

import (
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"regexp"
	"strings"
)

const masked = "xxxxx"

// passwordPair is a password in the "key=value" form of a database address.
var passwordPair = regexp.MustCompile(`(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)`)

// Redacted is the configuration without secrets, by variable name, for the log.
// What is not set is left out.
func (c Config) Redacted() []slog.Attr {
	v := reflect.ValueOf(c)
	attrs := make([]slog.Attr, 0, v.NumField())
	for i, name := range Names() {
		if v.Field(i).IsZero() {
			continue
		}
		attrs = append(attrs, slog.String(name, show(name, v.Field(i).Interface())))
	}
	return attrs
}

// LogValue keeps secrets out of the log when the configuration is logged whole.
func (c Config) LogValue() slog.Value { return slog.GroupValue(c.Redacted()...) }

// String keeps secrets out of anything printed with %v.
func (c Config) String() string {
	attrs := c.Redacted()
	lines := make([]string, len(attrs))
	for i, a := range attrs {
		lines[i] = a.String()
	}
	return strings.Join(lines, "\n")
}

func show(name string, value any) string {
	text := fmt.Sprint(value)
	switch name {
	case "SS_SECRET_KEY":
		return masked
	case "DATABASE_URL", "SS_APP_DATABASE_URL", "SS_SMTP_URL":
		return maskPassword(text)
	}
	return text
}

// maskPassword hides passwords in an address of any of the accepted forms.
func maskPassword(address string) string {
	if !strings.Contains(address, "://") {
		return passwordPair.ReplaceAllString(address, "${1}"+masked)
	}
	u, err := url.Parse(address)
	if err != nil {
		return masked
	}
	query := u.Query()
	for key := range query {
		if strings.Contains(strings.ToLower(key), "password") {
			query.Set(key, masked)
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}
