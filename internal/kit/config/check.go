package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// hostName is a domain name of lower-case labels, without port or final dot.
var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// check answers what is wrong. Values that may hold a secret are never quoted.
func (c Config) check() []error {
	var problems []error
	wrong := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf(name+": "+format, args...))
	}
	if c.Env != Development && c.Env != Production {
		wrong("SS_ENV", "%q is unknown; write development or production", c.Env)
	}
	if !isListenAddr(c.ListenAddr) {
		wrong("SS_LISTEN_ADDR", "%q is not host:port; write for example 127.0.0.1:8000", c.ListenAddr)
	}
	if !hostName.MatchString(c.BaseDomain) || len(c.BaseDomain) > 200 {
		wrong("SS_BASE_DOMAIN", "%q is not a domain name; write it without scheme and port, for example booking.example.com", c.BaseDomain)
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		wrong("SS_MAIL_FROM", "%q is not an address; write for example \"Bookings <hello@example.com>\"", c.MailFrom)
	}
	if err := checkDatabase(c.DatabaseURL); err != nil {
		wrong("DATABASE_URL", "%w", err)
	}
	if err := checkDatabase(c.AppDatabaseURL); err != nil {
		wrong("SS_APP_DATABASE_URL", "%w", err)
	}
	if c.AppDatabaseURL != "" && c.DatabaseURL == "" {
		wrong("SS_APP_DATABASE_URL", "it needs DATABASE_URL beside it, the owner's login to the same database")
	}
	if err := checkSMTP(c.SMTPURL); err != nil {
		wrong("SS_SMTP_URL", "%w", err)
	}
	if c.DNSResolver != "" && !isListenAddr(c.DNSResolver) {
		wrong("SS_DNS_RESOLVER", "%q is not host:port; write for example 10.0.0.53:53", c.DNSResolver)
	}
	if c.IsProduction() {
		problems = append(problems, c.checkProduction()...)
	}
	return problems
}

// checkProduction refuses what is convenient on a laptop and unsafe elsewhere.
func (c Config) checkProduction() []error {
	var problems []error
	if err := checkSecret(c.Secret); err != nil {
		problems = append(problems, fmt.Errorf("SS_SECRET_KEY: %w; make one with: openssl rand -hex 32", err))
	}
	if c.InsecureDev {
		problems = append(problems, errors.New("SS_INSECURE_DEV: it sends cookies without Secure; remove it in production"))
	}
	return problems
}

func checkSecret(secret string) error {
	if secret == "" {
		return errors.New("it is required in production")
	}
	if len(secret) < 32 {
		return errors.New("it must have 32 characters or more")
	}
	distinct := map[rune]bool{}
	for _, r := range secret {
		distinct[r] = true
	}
	lower := strings.ToLower(secret)
	for _, phrase := range []string{"changeme", "change-me", "change_me", "example", "insecure", "default", "smooth-demo-password"} {
		if strings.Contains(lower, phrase) {
			return errors.New("it is a placeholder")
		}
	}
	// 32 random hex digits have fewer than 8 different ones once in 10^7 keys.
	if len(distinct) < 8 {
		return errors.New("it is too simple")
	}
	return nil
}

func isListenAddr(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// checkDatabase accepts what pgx does: a URL, or "host=... user=..." pairs.
func checkDatabase(dsn string) error {
	if dsn == "" {
		return nil
	}
	if u, err := url.Parse(dsn); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return nil
	}
	if !strings.Contains(dsn, "://") && strings.Contains(dsn, "=") {
		return nil
	}
	return errors.New("it is not a PostgreSQL address; write postgres://user:password@host:5432/database, with special characters in the password percent-encoded")
}

func checkSMTP(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return errors.New("write smtp://user:password@host:587 (or smtps:// for TLS from the first byte), with special characters percent-encoded")
	}
	return nil
}
