package config_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"smoothschedule/internal/kit/config"
)

const goodSecret = "b1946ac92492d2347c6235b4d2611184"

type vars map[string]string

func load(t *testing.T, v vars) config.Config {
	t.Helper()
	c, err := config.Load(v)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func production(more vars) vars {
	v := vars{"SS_ENV": "production", "SS_BASE_DOMAIN": "book.example.com", "SS_SECRET_KEY": goodSecret}
	maps.Copy(v, more)
	return v
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c := load(t, vars{"PATH": "/bin", "SS_ENV": "", "SS_TEST_DATABASE_URL": "x", "SS_E2E_PORT": "1"})
	if c.IsProduction() || c.ListenAddr != "127.0.0.1:8000" || c.DataDir != "./var" || c.BaseDomain != "localhost" {
		t.Errorf("defaults: %v", c)
	}
	if want := "SmoothSchedule <no-reply@localhost>"; c.MailFrom != want {
		t.Errorf("MailFrom = %q, want %q", c.MailFrom, want)
	}
	if !c.CookieSecure() {
		t.Error("cookies must be Secure by default")
	}
	if c := load(t, vars{"SS_INSECURE_DEV": "true", "SS_BASE_DOMAIN": "LVH.me"}); c.CookieSecure() || c.BaseDomain != "lvh.me" {
		t.Errorf("insecure: %v", c)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		vars vars
		want []string // in the error, all of them
	}{
		{"environment", vars{"SS_ENV": "prod"}, []string{"SS_ENV", "production"}},
		{"listen", vars{"SS_LISTEN_ADDR": "8000"}, []string{"SS_LISTEN_ADDR", "127.0.0.1:8000"}},
		{"listen port", vars{"SS_LISTEN_ADDR": ":99999"}, []string{"SS_LISTEN_ADDR"}},
		{"domain with scheme", vars{"SS_BASE_DOMAIN": "https://x.com"}, []string{"SS_BASE_DOMAIN", "without scheme"}},
		{"domain with port", vars{"SS_BASE_DOMAIN": "localhost:8000"}, []string{"SS_BASE_DOMAIN"}},
		{"address as domain", vars{"SS_BASE_DOMAIN": "127.0.0.1"}, []string{"SS_BASE_DOMAIN"}},
		{"database", vars{"DATABASE_URL": "mysql://u:hush@h/d"}, []string{"DATABASE_URL", "postgres://"}},
		{"database password", vars{"DATABASE_URL": "postgres://u:hush%zz@h/d"}, []string{"DATABASE_URL", "percent-encoded"}},
		{"app database alone", vars{"SS_APP_DATABASE_URL": "postgres://u:hush@h/d"}, []string{"SS_APP_DATABASE_URL", "DATABASE_URL beside"}},
		{"smtp", vars{"SS_SMTP_URL": "user:hush@host:587"}, []string{"SS_SMTP_URL", "smtp://"}},
		{"sender", vars{"SS_MAIL_FROM": "nobody"}, []string{"SS_MAIL_FROM"}},
		{"proxies", vars{"SS_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, []string{"SS_TRUSTED_PROXIES", `"proxy"`}},
		{"bool", vars{"SS_INSECURE_DEV": "yes"}, []string{"SS_INSECURE_DEV", "true or false"}},
		{"misspelt", production(vars{"SS_LISTEN_ADR": ":80"}), []string{"SS_LISTEN_ADR", "no such setting", "SS_LISTEN_ADDR"}},
		{"all at once", vars{"SS_ENV": "x", "SS_INSECURE_DEV": "x", "SS_MAIL_FROM": "x"}, []string{"SS_ENV", "SS_INSECURE_DEV", "SS_MAIL_FROM"}},

		{"no secret", production(vars{"SS_SECRET_KEY": ""}), []string{"SS_SECRET_KEY", "openssl rand"}},
		{"short secret", production(vars{"SS_SECRET_KEY": "hushhushhush"}), []string{"SS_SECRET_KEY", "32"}},
		{"placeholder", production(vars{"SS_SECRET_KEY": "hush-ChangeMe-0123456789-0123456789"}), []string{"SS_SECRET_KEY", "placeholder"}},
		{"simple secret", production(vars{"SS_SECRET_KEY": strings.Repeat("hush", 10)}), []string{"SS_SECRET_KEY", "simple"}},
		{"insecure", production(vars{"SS_INSECURE_DEV": "true"}), []string{"SS_INSECURE_DEV", "Secure"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(tt.vars)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the error tells a secret:\n%v", err)
			}
		})
	}
}

func TestProduction(t *testing.T) {
	t.Parallel()
	c := load(t, production(vars{"SS_TRUSTED_PROXIES": "10.1.2.3/8, ::1"}))
	if !c.IsProduction() || !c.CookieSecure() {
		t.Errorf("production: %v", c)
	}
	if got := fmt.Sprint(c.TrustedProxies); got != "[10.0.0.0/8 ::1/128]" {
		t.Errorf("proxies: %s", got)
	}
	key, err := c.SecretKey("/nonexistent")
	if err != nil || string(key) != goodSecret {
		t.Errorf("SecretKey = %q, %v", key, err)
	}
	if _, err := (config.Config{Env: config.Production}).SecretKey(t.TempDir()); err == nil {
		t.Error("a key was made up in production")
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		vars      vars
		sub, want string
	}{
		{vars{}, "demo", "http://demo.localhost:8000"},
		{vars{}, "", "http://localhost:8000"},
		{vars{"SS_LISTEN_ADDR": ":80"}, "demo", "http://demo.localhost"},
		{production(nil), "demo", "https://demo.book.example.com"},
	} {
		c := load(t, tt.vars)
		if got := c.Origin(c.Host(tt.sub)); got != tt.want {
			t.Errorf("Origin(%q) = %q, want %q", tt.sub, got, tt.want)
		}
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"postgres://u:hush@h/d", "postgres://h/d?user=u&password=hush&sslpassword=hush",
		"host=h user=u password=hush", `host=h password = 'hu sh\' hush'`,
	} {
		c := load(t, production(vars{
			"DATABASE_URL": address, "SS_APP_DATABASE_URL": address,
			"SS_SMTP_URL": "smtp://me:hush@mail.example.com:587", "SS_SECRET_KEY": "hush" + goodSecret,
		}))
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c)
		for _, text := range []string{log.String(), c.String(), fmt.Sprintf("%v %+v %s", c, c, c), fmt.Sprint(c.Redacted())} {
			if strings.Contains(text, "hu") {
				t.Errorf("a secret is printed: %s", text)
			}
			if !strings.Contains(text, "mail.example.com") {
				t.Errorf("too much is masked: %s", text)
			}
		}
	}
}

func TestSecretKeyFile(t *testing.T) {
	t.Parallel()
	c := load(t, vars{})
	dir := filepath.Join(t.TempDir(), "var")
	var group sync.WaitGroup
	keys := make([]string, 8)
	for i := range keys {
		group.Go(func() {
			key, err := c.SecretKey(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(key)
		})
	}
	group.Wait()
	for _, key := range keys {
		if key != keys[0] || len(key) != 32 {
			t.Fatalf("different or short keys: %x", keys)
		}
	}
	path := filepath.Join(dir, "secret.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".secret-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SecretKey(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SecretKey(dir); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged key: %v", err)
	}
}

// README.md is where people look settings up.
func TestReadmeNamesEverySetting(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range config.Names() {
		if !strings.Contains(string(readme), "| `"+name+"` |") {
			t.Errorf("README.md's table has no row for %s", name)
		}
	}
}

func TestMisspeltVariablesAreWarningsInDevelopment(t *testing.T) {
	t.Parallel()
	c := load(t, vars{"SS_LISTEN_ADR": ":80"})
	if len(c.Ignored) != 1 || !strings.Contains(c.Ignored[0].Error(), "SS_LISTEN_ADR") {
		t.Fatalf("want a warning that names the variable, got %v", c.Ignored)
	}
}
