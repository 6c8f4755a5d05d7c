// Package config is the whole configuration: one struct, read once from the
// environment by main and handed down. Nothing else reads the environment.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Env says whom the process serves.
type Env string

// The environments.
const (
	Development Env = "development"
	Production  Env = "production"
)

// Config is the configuration, checked. README.md explains each variable.
type Config struct {
	Env        Env    `env:"SS_ENV"         envDefault:"development"`
	ListenAddr string `env:"SS_LISTEN_ADDR" envDefault:"127.0.0.1:8000"`
	DataDir    string `env:"SS_DATA_DIR"    envDefault:"./var"`
	BaseDomain string `env:"SS_BASE_DOMAIN" envDefault:"localhost"`

	// DatabaseURL is the owner's; empty means the embedded server.
	DatabaseURL string `env:"DATABASE_URL"`
	// AppDatabaseURL is the restricted login that serves requests; empty means
	// that serving connections start from DatabaseURL.
	AppDatabaseURL string `env:"SS_APP_DATABASE_URL"`
	// PostgresBin is where initdb and postgres of the embedded server lie.
	PostgresBin string `env:"SS_POSTGRES_BIN"`

	// SMTPURL is smtp[s]://user:password@host:port; empty means that mails are
	// stored and shown instead of sent.
	SMTPURL  string `env:"SS_SMTP_URL"`
	MailFrom string `env:"SS_MAIL_FROM"`

	// RequireMFA asks the platform's people and the owners of businesses for a
	// second factor; unset, it is so in production.
	RequireMFA bool `env:"SS_REQUIRE_MFA"`

	// DNSResolver is host:port of the server that is asked about businesses'
	// domains where their own name servers can't be; empty means the machine's.
	DNSResolver string `env:"SS_DNS_RESOLVER"`

	// Secret is the text of SS_SECRET_KEY; use SecretKey.
	Secret         string  `env:"SS_SECRET_KEY"`
	TrustedProxies Proxies `env:"SS_TRUSTED_PROXIES"`
	// InsecureDev drops Secure and the __Host- prefix from cookies, for plain
	// http on a base domain that browsers do not trust as they do localhost.
	InsecureDev bool `env:"SS_INSECURE_DEV"`

	// Ignored are warnings about variables that look like ours and are none,
	// such as misspelt ones. Production refuses them instead.
	Ignored []error
}

// Proxies are the networks whose X-Forwarded-For is believed.
type Proxies []netip.Prefix

// UnmarshalText reads a comma-separated list of networks or single addresses.
func (p *Proxies) UnmarshalText(text []byte) error {
	*p = nil
	for item := range strings.SplitSeq(string(text), ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(item)
		if err != nil {
			addr, addrErr := netip.ParseAddr(item)
			if addrErr != nil {
				return fmt.Errorf("%q is neither a network nor an address; write for example 10.0.0.0/8,192.168.1.5", item)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		*p = append(*p, prefix.Masked())
	}
	return nil
}

// Load reads the configuration from the environment given (name to value). The
// error names every variable that is wrong, each with its remedy.
func Load(environ map[string]string) (Config, error) {
	// An empty variable is an absent one, as compose files and shells write it.
	set := make(map[string]string, len(environ))
	for name, value := range environ {
		if value != "" {
			set[name] = value
		}
	}
	var c Config
	err := env.ParseWithOptions(&c, env.Options{Environment: set})
	problems := named(err)
	if set["SS_REQUIRE_MFA"] == "" {
		c.RequireMFA = c.IsProduction()
	}
	c.BaseDomain = strings.ToLower(c.BaseDomain)
	if c.MailFrom == "" {
		c.MailFrom = "SmoothSchedule <no-reply@" + c.BaseDomain + ">"
	}
	problems = append(problems, c.check()...)
	if c.Ignored = unknown(set); c.IsProduction() {
		problems = append(problems, c.Ignored...)
	}
	if len(problems) > 0 {
		return Config{}, fmt.Errorf("configuration:\n%w", errors.Join(problems...))
	}
	return c, nil
}

// Environ turns os.Environ's form into Load's.
func Environ(list []string) map[string]string { return env.ToMap(list) }

// IsProduction tells whether real people's data is served.
func (c Config) IsProduction() bool { return c.Env == Production }

// CookieSecure tells whether cookies carry Secure and the __Host- prefix.
// Browsers accept that on http://*.localhost too.
func (c Config) CookieSecure() bool { return !c.InsecureDev }

// Origin is the public address of a host, with neither path nor final slash:
// https in production, where a proxy ends TLS; in development http with the
// port that we listen on.
func (c Config) Origin(host string) string {
	if c.IsProduction() {
		return "https://" + host
	}
	_, port, err := net.SplitHostPort(c.ListenAddr)
	if err != nil || port == "80" || port == "443" {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Host is the host name of a subdomain of the base domain; "" is the apex.
func (c Config) Host(subdomain string) string {
	if subdomain == "" {
		return c.BaseDomain
	}
	return subdomain + "." + c.BaseDomain
}

// Names are the variables that there are, in the order of the struct, whose
// last fields are none.
func Names() []string {
	var list []string
	for field := range reflect.TypeFor[Config]().Fields() {
		if name := field.Tag.Get("env"); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// unknown finds misspelt variables, which would otherwise be ignored in
// silence. SS_TEST_ and SS_E2E_ belong to the tests' tools.
func unknown(set map[string]string) []error {
	known := Names()
	var problems []error
	for name := range set {
		ours := strings.HasPrefix(name, "SS_") && !strings.HasPrefix(name, "SS_TEST_") && !strings.HasPrefix(name, "SS_E2E_")
		if ours && !slices.Contains(known, name) {
			problems = append(problems, fmt.Errorf("%s: no such setting; remove it (there are: %s)", name, strings.Join(known, ", ")))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

// named replaces the field names in the parser's errors by the variables'.
func named(err error) []error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil
	}
	problems := make([]error, 0, len(all.Errors))
	for _, one := range all.Errors {
		var wrong env.ParseError
		if !errors.As(one, &wrong) {
			problems = append(problems, one)
			continue
		}
		field, _ := reflect.TypeFor[Config]().FieldByName(wrong.Name)
		cause := wrong.Err
		if field.Type.Kind() == reflect.Bool {
			cause = errors.New("write true or false")
		}
		problems = append(problems, fmt.Errorf("%s: %w", field.Tag.Get("env"), cause))
	}
	return problems
}
