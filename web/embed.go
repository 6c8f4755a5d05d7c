// Package web holds the built front end, so that the program is one file. Without a build it holds nothing:
// go build never needs Node.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns what the front end's build wrote.
func Dist() fs.FS {
	f, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is the constant above
	}
	return f
}
