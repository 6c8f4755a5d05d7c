// Package sqlvet checks every SQL statement of the program against the real schema: that it prepares, that its
// columns fill its struct, and that the role it runs as may execute it.
package sqlvet_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/tools/go/packages"

	"smoothschedule/internal/kit/pgtest"
)

// statement is one SQL text and what the program expects of it.
type statement struct {
	pos   string
	sql   string
	roles []string
	row   *types.Struct // nil: no rows
}

// queries are the functions of package pg that take SQL, with the index of that argument.
var queries = map[string]int{"One": 2, "All": 2, "Each": 2, "Exec": 2, "OneShared": 3, "OnePlatform": 2}

func TestEveryStatementFitsTheSchemaAndItsRole(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	found := statements(t)
	if len(found) < 50 {
		t.Fatalf("found %d statements: the search itself is broken", len(found))
	}
	for _, s := range found {
		for _, role := range s.roles {
			schema := "public"
			if role == "tenant" {
				role, schema = lease.Live.Schema, lease.Live.Schema
			}
			if err := vet(t, s, role, schema); err != nil {
				t.Errorf("%s as %s: %v", s.pos, role, err)
			}
		}
	}
}

// vet prepares the statement in its scope and plans it without running it: planning checks the rights to tables and columns.
func vet(t *testing.T, s statement, role, schema string) error {
	t.Helper()
	ctx := t.Context()
	begin := fmt.Sprintf(`BEGIN; SET LOCAL ROLE %q; SET LOCAL search_path TO %q; SET LOCAL ss.tenant_id = '00000000-0000-0000-0000-000000000001';
		SET LOCAL ss.mode = 'live'; SET LOCAL plan_cache_mode = force_generic_plan`, role, schema)
	tx, err := pgtest.App(t).BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	text, _, err := pgx.NamedArgs{}.RewriteQuery(ctx, nil, s.sql, nil)
	if err != nil {
		return err
	}
	const name = "vetted"
	d, err := tx.Prepare(ctx, name, text)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Conn().Deallocate(context.WithoutCancel(ctx), name) }()
	args := ""
	if n := len(d.ParamOIDs); n > 0 {
		args = "(" + strings.TrimSuffix(strings.Repeat("NULL,", n), ",") + ")"
	}
	if _, err := tx.Exec(ctx, "EXPLAIN EXECUTE "+name+args, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if s.row == nil {
		return nil
	}
	var columns []string
	for _, f := range d.Fields {
		columns = append(columns, f.Name)
	}
	fields := dbNames(s.row)
	slices.Sort(columns)
	slices.Sort(fields)
	if !slices.Equal(columns, fields) {
		return fmt.Errorf("columns %v do not fill fields %v", columns, fields)
	}
	return nil
}

// dbNames are the columns a struct is filled from, those of embedded structs included.
func dbNames(s *types.Struct) (names []string) {
	for i := range s.NumFields() {
		if inner, ok := s.Field(i).Type().Underlying().(*types.Struct); ok && s.Field(i).Embedded() {
			names = append(names, dbNames(inner)...)
			continue
		}
		if name := reflect.StructTag(s.Tag(i)).Get("db"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func statements(t *testing.T) (found []statement) {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
		Dir:  "../../../..",
	}, "./internal/...")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if s, ok := statementOf(t, p, call); ok {
						found = append(found, s)
					}
				}
				return true
			})
		}
	}
	return found
}

func statementOf(t *testing.T, p *packages.Package, call *ast.CallExpr) (s statement, ok bool) {
	t.Helper()
	callee, row := target(p.TypesInfo, call)
	if callee == nil || callee.Pkg() == nil || callee.Pkg().Path() != "smoothschedule/internal/kit/pg" || p.PkgPath == callee.Pkg().Path() {
		return s, false
	}
	index, ok := queries[callee.Name()]
	if !ok || len(call.Args) <= index {
		return s, false
	}
	s.pos = p.Fset.Position(call.Args[index].Pos()).String()
	value := p.TypesInfo.Types[call.Args[index]].Value
	if value == nil {
		t.Errorf("%s: SQL must be constant text", s.pos)
		return s, false
	}
	s.sql, s.row = constant.StringVal(value), row
	s.roles = rolesOf(callee.Name(), p.TypesInfo.Types[call.Args[1]].Type)
	return s, true
}

// rolesOf names the roles a query runs as, by the type of its transaction.
func rolesOf(function string, tx types.Type) []string {
	switch name := tx.String(); {
	case function == "OneShared":
		return []string{"ss_identity"}
	case function == "OnePlatform", strings.HasSuffix(name, "pg.PlatformTx"):
		return []string{"ss_platform"}
	case strings.HasSuffix(name, "pg.TenantTx"):
		return []string{"tenant"}
	case strings.HasSuffix(name, "pg.Tx"), strings.HasSuffix(name, "pg.Querier"), strings.HasSuffix(name, "audit.Tx"): // any of the three
		return []string{"tenant", "ss_identity", "ss_platform"}
	default: // SharedTx, or an interface for it and PlatformTx
		return []string{"ss_identity", "ss_platform"}
	}
}

// target is the function that is called, and the struct of its type argument.
func target(info *types.Info, call *ast.CallExpr) (types.Object, *types.Struct) {
	fun := ast.Unparen(call.Fun)
	var row *types.Struct
	if ix, ok := fun.(*ast.IndexExpr); ok {
		row, _ = info.Types[ix.Index].Type.Underlying().(*types.Struct)
		fun = ix.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		return info.Uses[sel.Sel], row
	}
	return nil, nil
}
