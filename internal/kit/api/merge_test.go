package api_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"pgregory.net/rapid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
)

type price struct {
	Amount   int    `json:"amount"`
	Currency string `json:"currency"`
}

type thing struct {
	Name  string   `json:"name"`
	Note  *string  `json:"note" required:"false"`
	Grid  int      `json:"grid" default:"15"`
	Open  bool     `json:"open" default:"true"`
	Price price    `json:"price"`
	Tags  []string `json:"tags"`
}

func patch(t interface{ Fatal(...any) }, text string) (m api.Merge[thing]) {
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMergePatch(t *testing.T) {
	t.Parallel()
	note, other := "a note", "another"
	was := func() thing {
		return thing{Name: "Cut", Note: &note, Grid: 30, Open: true, Price: price{3000, "EUR"}, Tags: []string{"a", "b"}}
	}
	for name, c := range map[string]struct {
		patch  string
		change func(*thing)
	}{
		"nothing":                       {`{}`, func(*thing) {}},
		"one field":                     {`{"name": "Wash"}`, func(x *thing) { x.Name = "Wash" }},
		"zero values are values":        {`{"name": "", "grid": 0, "open": false}`, func(x *thing) { x.Name, x.Grid, x.Open = "", 0, false }},
		"null clears":                   {`{"note": null}`, func(x *thing) { x.Note = nil }},
		"a pointer is set":              {`{"note": "another"}`, func(x *thing) { x.Note = &other }},
		"null goes back to the default": {`{"grid": null, "open": null}`, func(x *thing) { x.Grid, x.Open = 15, true }},
		"objects are merged":            {`{"price": {"amount": 1}}`, func(x *thing) { x.Price.Amount = 1 }},
		"lists are replaced":            {`{"tags": ["c"]}`, func(x *thing) { x.Tags = []string{"c"} }},
		"an empty list is a list":       {`{"tags": []}`, func(x *thing) { x.Tags = []string{} }},
	} {
		want, before := was(), was()
		c.change(&want)
		got, err := patch(t, c.patch).Apply(before)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, want)
		}
		if !reflect.DeepEqual(before, was()) {
			t.Errorf("%s changed what it was given", name)
		}
	}
}

// TestEmbeddedFieldsAreMergedToo: on the wire they are fields like all others.
func TestEmbeddedFieldsAreMergedToo(t *testing.T) {
	t.Parallel()
	type with struct {
		thing

		More string `json:"more" default:"\"much\""`
	}
	was := with{thing{Name: "Cut", Grid: 30, Tags: []string{}}, "little"}
	var m api.Merge[with]
	if err := json.Unmarshal([]byte(`{"name": "Wash", "grid": null, "more": null}`), &m); err != nil {
		t.Fatal(err)
	}
	got, err := m.Apply(was)
	if want := (with{thing{Name: "Wash", Grid: 15, Tags: []string{}}, "much"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if err := json.Unmarshal([]byte(`{"name": null}`), &m); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Apply(was); fault.As(err) == nil || fault.As(err).Fields[0].Location != "body.name" {
		t.Errorf("without a name: %v", err)
	}
}

func TestNullForAFieldThatMustBeThereIsRefused(t *testing.T) {
	t.Parallel()
	for text, location := range map[string]string{`{"name": null}`: "body.name", `{"tags": null}`: "body.tags", `{"price": null}`: "body.price"} {
		_, err := patch(t, text).Apply(thing{Name: "Cut"})
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Location != location {
			t.Errorf("%s: want a message about %s, got %v", text, location, err)
		}
	}
}

func TestAnEmptyPatchChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		was := thing{
			Name: rapid.String().Draw(t, "name"), Note: rapid.Ptr(rapid.String(), true).Draw(t, "note"), Grid: rapid.Int().Draw(t, "grid"), Open: rapid.Bool().Draw(t, "open"),
			Price: price{rapid.Int().Draw(t, "amount"), "EUR"}, Tags: rapid.SliceOf(rapid.String()).Draw(t, "tags"),
		}
		if got, err := patch(t, `{}`).Apply(was); err != nil || !reflect.DeepEqual(got, was) {
			t.Fatalf("%+v became %+v, %v", was, got, err)
		}
	})
}

func TestAPatchsSchemaDemandsNothingAndKnowsTheSameFields(t *testing.T) {
	t.Parallel()
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	s := api.Merge[thing]{}.Schema(r)
	if len(s.Required) != 0 || s.AdditionalProperties != false || len(s.Properties) != 6 {
		t.Errorf("requires %v, has %d fields, others %v", s.Required, len(s.Properties), s.AdditionalProperties)
	}
	for name, p := range s.Properties {
		if p.Default != nil {
			t.Errorf("an absent %s would become %v", name, p.Default)
		}
	}
	if full := r.SchemaFromRef(r.Schema(reflect.TypeFor[thing](), true, "").Ref); full.Properties["grid"].Default == nil {
		t.Error("the full schema lost its default")
	}
}
