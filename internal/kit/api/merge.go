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
		if p.Default != nil { // an absent field keeps its value
			without := *p
			without.Default = nil
			without.PrecomputeMessages()
			s.Properties[name] = &without
		}
	}
	s.PrecomputeMessages()
	return s
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
	if is, err = completed[T](is); err != nil {
		return next, err
	}
	if err := json.Unmarshal(is, &next); err != nil {
		return next, fmt.Errorf("merge patch: %w", err)
	}
	return next, nil
}

// completed leaves a field that null removed as a POST without it would: with its default, or refused.
func completed[T any](document []byte) ([]byte, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(document, &fields); err != nil {
		return nil, fmt.Errorf("merge patch: %w", err)
	}
	var missing []fault.Field
	for f := range reflect.TypeFor[T]().Fields() {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, ok := fields[name]; ok {
			continue
		}
		if d := f.Tag.Get("default"); d != "" {
			fields[name] = json.RawMessage(d)
		} else if f.Tag.Get("required") != "false" && option != "omitempty" {
			missing = append(missing, fault.Field{Location: "body." + name, Message: "This field is required."})
		}
	}
	if missing != nil {
		return nil, fault.Validation(missing...)
	}
	return json.Marshal(fields)
}
