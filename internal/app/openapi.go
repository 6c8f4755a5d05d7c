package app

import (
	"fmt"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
)

// Document is the API's OpenAPI document. It needs no database: operations are declared when the program is wired.
func Document() ([]byte, error) {
	a, err := New(Parts{Config: config.Config{BaseDomain: "localhost", MailFrom: "no-reply@localhost"}, Secret: []byte("document"), Now: time.Now})
	if err != nil {
		return nil, err
	}
	doc := a.server.OpenAPI()
	doc.Extensions = map[string]any{"x-permissions": role.Every(), "x-roles": role.All()}
	text, err := doc.YAML()
	if err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	return text, nil
}
