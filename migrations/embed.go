// Package migrations holds the database's schema as forward-only SQL files.
//
// Each change must also work for the release before it, because tenants are migrated one by one
// while the old version still serves: expand now, contract a release later.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed bootstrap.sql
var bootstrap string

//go:embed public/*.sql tenant/*.sql
var files embed.FS

// Bootstrap makes roles, rights and extensions. It is safe to repeat and runs before every migration.
func Bootstrap() string { return bootstrap }

// Public returns the migrations of the shared schema.
func Public() fs.FS { return sub("public") }

// Tenant returns the migrations of a tenant's schema and of its sandbox.
func Tenant() fs.FS { return sub("tenant") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is a constant above
	}
	return f
}
