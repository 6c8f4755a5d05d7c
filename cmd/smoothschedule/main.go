// Command smoothschedule is the whole product in one file: the server, its migrations and its tools.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zones for machines that have none: package time takes the machine's own first

	"github.com/alecthomas/kong"

	"smoothschedule/internal/app"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/fault"
)

type commands struct {
	Serve   serveCmd   `cmd:"" help:"Serve. In development it migrates, and makes demo data in a new database."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to this program's version. May be repeated."`
	Tenant  tenantCmd  `cmd:"" help:"Businesses."`
	User    userCmd    `cmd:"" help:"Users."`
	Demo    demoCmd    `cmd:"" help:"Make the demo business and logins. May be repeated."`
	Audit   auditCmd   `cmd:"" help:"The record of what people did with their powers."`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Print the API's document (OpenAPI 3.1)."`
}

func main() { os.Exit(run()) }

func run() (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed := kong.Parse(&commands{}, kong.Name("smoothschedule"), kong.Description("Scheduling for businesses. Configured by the environment, see README.md."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "smoothschedule:", explain(err))
		return 1
	}
	return 0
}

// explain adds the fields of a validation error, named as on the command line.
func explain(err error) string {
	text := err.Error()
	if f := fault.As(err); f != nil {
		text = f.Detail
		for _, field := range f.Fields {
			name := strings.ReplaceAll(strings.TrimPrefix(field.Location, "body."), "_", "-")
			text += "\n  " + name + ": " + field.Message
		}
	}
	return text
}

func load() (config.Config, error) { return config.Load(config.Environ(os.Environ())) }

type serveCmd struct{}

func (serveCmd) Run(ctx context.Context) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	return app.Serve(ctx, cfg, os.Stdout)
}

// with opens the system for one command. Progress goes to standard error, results to standard output.
func with(ctx context.Context, migrating bool, f func(*app.System) error) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	sys, err := app.Open(ctx, cfg, app.Opening{Migrate: migrating, Beside: true, Say: func(line string) { fmt.Fprintln(os.Stderr, line) }})
	if err != nil {
		return err
	}
	return errors.Join(f(sys), sys.Close(context.WithoutCancel(ctx)))
}

type migrateCmd struct{}

func (migrateCmd) Run(ctx context.Context) error {
	return with(ctx, true, func(sys *app.System) error {
		if err := sys.Migrator.Up(ctx); err != nil { // again for tenants that failed before
			return err
		}
		fmt.Println("The database is up to date.")
		return nil
	})
}

type demoCmd struct{}

func (demoCmd) Run(ctx context.Context) error {
	return with(ctx, true, func(sys *app.System) error { return sys.Demo(ctx) })
}

type tenantCmd struct {
	Create tenantCreateCmd `cmd:"" help:"Add a business with its owner and a usable start. The owner's password is read from standard input."`
	List   tenantListCmd   `cmd:"" help:"List the businesses."`
}

type tenantCreateCmd struct {
	Slug       string `required:"" help:"First label of its address: 3 to 40 lower-case letters, digits and hyphens."`
	Name       string `required:"" help:"What it is called."`
	TimeZone   string `required:"" help:"IANA zone of its first location, such as Europe/Berlin."`
	Currency   string `required:"" help:"ISO 4217, such as EUR."`
	OwnerEmail string `required:"" help:"What its owner signs in with."`
}

func (c tenantCreateCmd) Run(ctx context.Context) error {
	password, err := readPassword(os.Stdin)
	if err != nil {
		return err
	}
	return with(ctx, false, func(sys *app.System) error {
		t, err := sys.CreateTenant(ctx, app.NewTenant{
			Slug: c.Slug, Name: c.Name, TimeZone: c.TimeZone, Currency: c.Currency, OwnerEmail: c.OwnerEmail, OwnerPassword: password,
		})
		if err != nil {
			return err
		}
		fmt.Printf("%s\t%s\t%s\n", t.ID, t.Slug, sys.Address(t.Slug))
		return nil
	})
}

type tenantListCmd struct{}

func (tenantListCmd) Run(ctx context.Context) error {
	return with(ctx, false, func(sys *app.System) error { return sys.WriteTenants(ctx, os.Stdout) })
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check every chain of the record, and the lines of the log files. Fails at the first break."`
}

type auditVerifyCmd struct{}

func (auditVerifyCmd) Run(ctx context.Context) error {
	return with(ctx, false, func(sys *app.System) error { return sys.VerifyAudit(ctx, os.Stdout) })
}

type userCmd struct {
	Create userCreateCmd `cmd:"" help:"Add a user. The password is read from standard input."`
}

type userCreateCmd struct {
	Tenant string `help:"Slug of the user's business; none for the platform's own roles."`
	Email  string `required:"" help:"What the user signs in with."`
	Name   string `required:"" help:"What the user is called."`
	Role   string `required:"" help:"One of the eight roles, such as TENANT_STAFF or SUPERUSER."`
}

func (c userCreateCmd) Run(ctx context.Context) error {
	password, err := readPassword(os.Stdin)
	if err != nil {
		return err
	}
	return with(ctx, false, func(sys *app.System) error {
		u, err := sys.CreateUser(ctx, app.NewUser{Tenant: c.Tenant, Name: c.Name, Email: c.Email, Role: c.Role, Password: password})
		if err != nil {
			return err
		}
		fmt.Printf("%s\t%s\t%s\n", u.ID, u.Email, u.Role)
		return nil
	})
}

// readPassword takes one line. It is no argument, which other users of the machine could see.
func readPassword(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 1024)).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return "", errors.New("give the password on standard input, for example: printf '%s' \"$PASSWORD\" | smoothschedule …")
	}
	return line, nil
}

type openapiCmd struct{}

func (openapiCmd) Run() error {
	doc, err := app.Document()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(doc)
	return err
}
