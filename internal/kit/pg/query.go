package pg

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"smoothschedule/internal/kit/fault"
)

// Querier is a TenantTx, a SharedTx or a PlatformTx.
type Querier interface{ Raw() pgx.Tx }

// Args are a query's named arguments: a name the query lacks, or lacks a value for, is an error.
type Args = pgx.StrictNamedArgs

// ErrNoRow is what One returns when nothing matched.
var ErrNoRow = errors.New("no row")

// One returns the only row as a T, matched by column name.
func One[T any](ctx context.Context, q Querier, sql string, args Args) (T, error) {
	rows, err := q.Raw().Query(ctx, sql, args)
	if err != nil {
		var zero T
		return zero, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, ErrNoRow
	}
	return v, err
}

// All returns every row as a T, matched by column name; never nil without an error.
func All[T any](ctx context.Context, q Querier, sql string, args Args) ([]T, error) {
	rows, err := q.Raw().Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// Found turns "no row" into the answer for a missing object: pg.Found(pg.One[T](…)).
func Found[T any](v T, err error) (T, error) {
	if errors.Is(err, ErrNoRow) {
		return v, fault.ErrNotFound
	}
	return v, err
}

// Changed turns "no row changed" into the answer for a missing object: pg.Changed(pg.Exec(…)).
func Changed(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.ErrNotFound
	}
	return err
}

// Each calls f with one row after another, as a T that the next row overwrites: for thousands of rows, without a list of them.
func Each[T any](ctx context.Context, q Querier, sql string, args Args, f func(*T)) error {
	rows, err := q.Raw().Query(ctx, sql, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	var (
		row     T
		targets []any
	)
	for rows.Next() {
		if targets == nil {
			if targets, err = targetsIn(&row, rows.FieldDescriptions()); err != nil {
				return err
			}
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		f(&row)
	}
	return rows.Err()
}

// targetsIn finds each column's field of the struct at row; there must be neither more nor fewer.
func targetsIn(row any, columns []pgconn.FieldDescription) ([]any, error) {
	fields := map[string]any{}
	v := reflect.ValueOf(row).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Tag.Get("db"); name != "" && name != "-" {
			fields[name] = v.FieldByIndex(f.Index).Addr().Interface()
		}
	}
	targets := make([]any, len(columns))
	for i, c := range columns {
		targets[i] = fields[c.Name]
		delete(fields, c.Name)
		if targets[i] == nil {
			return nil, fmt.Errorf("column %s has no field in %T", c.Name, row)
		}
	}
	if len(fields) > 0 {
		return nil, fmt.Errorf("%T has fields without a column: %v", row, fields)
	}
	return targets, nil
}

// Exec runs a statement and returns how many rows it touched.
func Exec(ctx context.Context, q Querier, sql string, args Args) (int64, error) {
	tag, err := q.Raw().Exec(ctx, sql, args)
	return tag.RowsAffected(), err
}

// scopeBatch sets the scope of the one implicit transaction that a batch is.
const scopeBatch = `SELECT set_config('role', $1, true), set_config('ss.tenant_id', $2, true), set_config('ss.mode', 'live', true)`

// OneShared reads one row of a tenant's shared rows in a single round trip: what every request needs, such as its session.
// The SQL must name its tables with their schema, because it is prepared before the scope is set.
func OneShared[T any](ctx context.Context, db *DB, tenantID uuid.UUID, sql string, args Args) (T, error) {
	return oneScoped[T](ctx, db, "ss_identity", tenantID.String(), sql, args)
}

// OnePlatform is OneShared for the rows of all tenants.
func OnePlatform[T any](ctx context.Context, db *DB, sql string, args Args) (T, error) {
	return oneScoped[T](ctx, db, "ss_platform", "", sql, args)
}

func oneScoped[T any](ctx context.Context, db *DB, role, tenantID, sql string, args Args) (v T, err error) {
	var b pgx.Batch
	b.Queue(scopeBatch, role, tenantID)
	b.Queue(sql, args)
	res := db.pool.SendBatch(ctx, &b)
	defer func() { err = errors.Join(err, res.Close()) }()
	if _, err := res.Exec(); err != nil {
		return v, unavailable(fmt.Errorf("setting the scope: %w", err))
	}
	rows, err := res.Query()
	if err != nil {
		return v, unavailable(err)
	}
	v, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, ErrNoRow
	}
	return v, unavailable(err)
}
