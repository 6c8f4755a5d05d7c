package pgtest

import (
	"errors"
	"os"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// sweep drops what test processes left that are no more: their databases first, then the roles of tenants they provisioned.
func (b builder) sweep() error {
	err := b.dropDead(`SELECT datname::text AS name, substring(datname from '^ss_test_(\d+)_')::int AS pid FROM pg_database WHERE datname ~ '^ss_test_\d+_'`,
		func(name string) string { return "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)" })
	if err != nil {
		return err
	}
	return b.dropDead(`SELECT rolname::text AS name, substring(rolname from '_p(\d+)x')::int AS pid FROM pg_roles WHERE rolname ~ '^(tenant|sandbox)_p\d+x\d+$'`,
		func(name string) string { return "DROP ROLE IF EXISTS " + name })
}

func (b builder) dropDead(query string, drop func(name string) string) error {
	rows, err := b.admin.Query(b.ctx, query)
	if err != nil {
		return err
	}
	left, err := pgx.CollectRows(rows, pgx.RowToStructByName[struct {
		Name string
		PID  int
	}])
	if err != nil {
		return err
	}
	for _, l := range left {
		if l.PID != os.Getpid() && !errors.Is(syscall.Kill(l.PID, 0), syscall.ESRCH) {
			continue
		}
		if _, err := b.admin.Exec(b.ctx, drop(l.Name)); err != nil {
			return err
		}
	}
	return nil
}
