package app_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/config"
)

var update = flag.Bool("update", false, "rewrite api/openapi.yaml")

const golden = "../../api/openapi.yaml"

func TestTheDocumentIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	doc, err := app.Document()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, doc, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(doc, written) {
		t.Errorf("api/openapi.yaml is not the document of this code, from line %d on: run `make generate`", firstDifference(doc, written))
	}
}

func firstDifference(a, b []byte) int {
	lines, others := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(lines), len(others)) {
		if !bytes.Equal(lines[i], others[i]) {
			return i + 1
		}
	}
	return min(len(lines), len(others)) + 1
}

func TestEveryOperationSaysWhatItIsAndWhoMayUseIt(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, o := range operations(t) {
		if o.Summary == "" || o.OperationID == "" || seen[o.OperationID] != "" {
			t.Errorf("%s: want a summary and an id of its own, got %q and %q (as %s)", o, o.Summary, o.OperationID, seen[o.OperationID])
		}
		seen[o.OperationID] = o.String()
		if o.needs != authz.Public && o.needs != authz.SignedIn && !slices.Contains(role.Every(), o.needs) {
			t.Errorf("%s: nobody holds its permission %q", o, o.needs)
		}
		for status := range o.Responses {
			if status == "default" && o.Responses[status].Content["application/problem+json"] == nil {
				t.Errorf("%s: its errors are no problems", o)
			}
		}
	}
}

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func TestNamesOnTheWireAreInSnakeCase(t *testing.T) {
	t.Parallel()
	for name, s := range document(t).Components.Schemas.Map() {
		for field := range s.Properties {
			if !snake.MatchString(field) {
				t.Errorf("%s.%s", name, field)
			}
		}
	}
	for _, o := range operations(t) {
		for _, p := range o.Parameters {
			if p.In == "query" && !snake.MatchString(p.Name) {
				t.Errorf("%s: %s", o, p.Name)
			}
		}
	}
}

func TestAMethodThatIsNotTakenNamesThoseThatAre(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	a := e.Public().Do(http.MethodPut, "/locations", nil)
	a.WantProblem(t, http.StatusMethodNotAllowed, "method_not_allowed")
	if got := strings.Join(a.Header.Values("Allow"), " "); !strings.Contains(got, "GET") || !strings.Contains(got, "POST") || strings.Contains(got, "DELETE") {
		t.Errorf("Allow is %q", got)
	}
}

// operation is one of the API's, with what it takes to call it.
type operation struct {
	*huma.Operation
	needs authz.Permission
	doc   *huma.OpenAPI
}

func (o operation) String() string { return o.Method + " " + o.Path }

func document(t *testing.T) *huma.OpenAPI {
	t.Helper()
	a, err := app.New(app.Parts{Config: config.Config{BaseDomain: "localhost", MailFrom: "no-reply@localhost"}, Secret: []byte("document"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return a.Server().OpenAPI()
}

// operations are all of the program's: a test over them covers those of tomorrow.
func operations(t *testing.T) (all []operation) {
	t.Helper()
	doc := document(t)
	for _, path := range doc.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete, path.Head, path.Options} {
			if o != nil {
				needs, _ := o.Extensions["x-permission"].(authz.Permission)
				all = append(all, operation{o, needs, doc})
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("found %d operations: the search itself is broken", len(all))
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return all
}

// at is the operation's address below /api/v1 for an object, with all that its query must have.
func (o operation) at(id string) string {
	path := strings.TrimPrefix(o.Path, "/api/v1")
	query := url.Values{}
	for _, p := range o.Parameters {
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", id)
		case p.In == "query" && p.Required:
			query.Set(p.Name, o.sample(p.Schema).(string))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// id is an id of the operation's kind that belongs to no object, "" when it takes none.
func (o operation) id() string {
	for _, p := range o.Parameters {
		if p.In == "path" {
			return o.sample(p.Schema).(string)
		}
	}
	return ""
}

// body is the smallest one that the schema allows, nil when the operation takes none.
func (o operation) body() any {
	if o.RequestBody == nil {
		return nil
	}
	return o.sample(o.RequestBody.Content["application/json"].Schema)
}

func (o operation) sample(s *huma.Schema) any {
	if s.Ref != "" {
		s = o.doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		m := map[string]any{}
		for _, name := range s.Required {
			m[name] = o.sample(s.Properties[name])
		}
		return m
	case huma.TypeArray:
		return []any{}
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeBoolean:
		return true
	}
	switch s.Format {
	case "date-time":
		return "2027-03-01T10:00:00Z"
	case "date":
		return "2027-03-01"
	case "email":
		return "somebody@example.test"
	}
	return "2027-03-01" // a date where the schema says text
}
