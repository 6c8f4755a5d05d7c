package pg_test

import (
	"slices"
	"testing"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

type inner struct {
	B *int `db:"b"`
}

type eachRow struct {
	A int `db:"a"`
	inner
}

func TestEachReadsRowAfterRow(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	var got []int
	err := pgtest.DB(t).InTenantRO(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
		return pg.Each(t.Context(), tx, `SELECT n AS a, nullif(n, 2) AS b FROM generate_series(@from::int, 3) AS n`, pg.Args{"from": 1}, func(r *eachRow) {
			got = append(got, r.A)
			if (r.B == nil) != (r.A == 2) {
				t.Errorf("row %d: %+v", r.A, r)
			}
		})
	})
	if err != nil || !slices.Equal(got, []int{1, 2, 3}) {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestEachRefusesColumnsThatDontFillTheStruct(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for _, sql := range []string{`SELECT 1 AS a`, `SELECT 1 AS a, 2 AS b, 3 AS c`, `SELECT 1 AS a, 2 AS a, 3 AS b`} {
		err := pgtest.DB(t).InTenantRO(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
			return pg.Each(t.Context(), tx, sql, nil, func(*eachRow) { t.Error("a row came through") })
		})
		if err == nil {
			t.Errorf("%s: no error", sql)
		}
	}
}
