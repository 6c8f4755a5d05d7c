package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	jsonpatch "github.com/evanphx/json-patch/v5"

	"smoothschedule/internal/kit/fault"
)

const mergePatch = "application/merge-patch+json"

// Merge is the body of a PATCH: a JSON Merge Patch (RFC 7396) on what a POST of the same noun takes.
// An absent field stays, null clears a field that may be null.
type Merge[T any] struct{ patch json.RawMessage }

// UnmarshalJSON keeps the patch as sent; huma has checked it against Schema.
func (m *Merge[T]) UnmarshalJSON(b []byte) error {
	m.patch = append(json.RawMessage(nil), b...)
	return nil
}

// Schema is T's with every field optional.
func (Merge[T]) Schema(r huma.Registry) *huma.Schema {
	full := r.Schema(reflect.TypeFor[T](), false, "")
	if full.Ref != "" {
		full = r.SchemaFromRef(full.Ref)
	}
	s := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: make(map[string]*huma.Schema, len(full.Properties))}
	maps.Copy(s.Properties, full.Properties)
	for name, p := range s.Properties {
		s.Properties[name] = partial(r, p)
	}
	s.PrecomputeMessages()
	return s
}

// partial is p for a patch: what is absent keeps its value, in an object inside too.
func partial(r huma.Registry, p *huma.Schema) *huma.Schema {
	if p.Ref != "" {
		p = r.SchemaFromRef(p.Ref)
	}
	if p.Default == nil && len(p.Required) == 0 {
		return p
	}
	part := *p
	part.Default, part.Required = nil, nil
	part.PrecomputeMessages()
	return &part
}

// Apply returns current with the patch applied.
func (m Merge[T]) Apply(current T) (next T, err error) {
	was, err := json.Marshal(current)
	if err != nil {
		return next, fmt.Errorf("merge patch: %w", err)
	}
	is, err := jsonpatch.MergePatch(was, m.patch)
	if err != nil {
		return next, fmt.Errorf("merge patch: %w", err)
	}
	if is, err = completed(reflect.TypeFor[T](), "body", is); err != nil {
		return next, err
	}
	if err := json.Unmarshal(is, &next); err != nil {
		return next, fmt.Errorf("merge patch: %w", err)
	}
	return next, nil
}

// completed leaves a field that null removed as a POST without it would: with its default, or refused.
func completed(t reflect.Type, at string, document []byte) (json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(document, &fields); err != nil {
		return nil, fmt.Errorf("merge patch: %w", err)
	}
	var missing []fault.Field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous { // its fields are this one's
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		value, ok := fields[name]
		switch d := f.Tag.Get("default"); {
		case ok && f.Type.Kind() == reflect.Struct && value[0] == '{':
			inside, err := completed(f.Type, at+"."+name, value)
			if err != nil {
				return nil, err
			}
			fields[name] = inside
		case ok:
		case d != "":
			fields[name] = json.RawMessage(d)
		case f.Tag.Get("required") != "false" && !strings.HasPrefix(option, "omit"):
			missing = append(missing, fault.Field{Location: at + "." + name, Message: "This field is required."})
		}
	}
	if missing != nil {
		return nil, fault.Validation(missing...)
	}
	return json.Marshal(fields)
}
