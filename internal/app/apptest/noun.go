package apptest

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Noun is a kind of object with the five operations that all nouns have.
type Noun struct {
	Owner *Client
	Path  string          // "/customers"
	New   func(n int) Map // what makes the nth
}

// Make adds the nth.
func (n Noun) Make(t testing.TB, i int) (id string) {
	t.Helper()
	return Into[Object](t, n.Owner.POST(n.Path, n.New(i)), http.StatusCreated).ID
}

// Get reads one as it is on the wire.
func (n Noun) Get(t testing.TB, id string) Map {
	t.Helper()
	return Into[Map](t, n.Owner.GET(n.Path+"/"+id), http.StatusOK)
}

// Page is a list's answer.
type Page struct {
	Data       []Object `json:"data"`
	NextCursor *string  `json:"next_cursor"`
}

func (n Noun) page(t testing.TB, query string) Page {
	t.Helper()
	return Into[Page](t, n.Owner.GET(n.Path+"?"+query), http.StatusOK)
}

// IDs lists all ids with pages of a size, in the list's order.
func (n Noun) IDs(t testing.TB, limit int, filter string) (ids []string) {
	t.Helper()
	cursor := ""
	for {
		p := n.page(t, fmt.Sprintf("limit=%d%s%s", limit, filter, cursor))
		if len(p.Data) > limit {
			t.Fatalf("%d objects on a page of %d", len(p.Data), limit)
		}
		for _, o := range p.Data {
			ids = append(ids, o.ID)
		}
		if p.NextCursor == nil {
			return ids
		}
		cursor = "&cursor=" + *p.NextCursor
	}
}

// CheckStamps checks what every object carries, and that versions grow by one with each change.
func (n Noun) CheckStamps(t *testing.T) {
	t.Helper()
	id := n.Make(t, 1)
	was := n.Get(t, id)
	if was["version"] != 1.0 || was["created_at"] != was["updated_at"] || was["archived_at"] != nil {
		t.Fatalf("want a fresh object in version 1: %v", was)
	}
	is := Into[Map](t, n.Owner.PATCH(n.Path+"/"+id, Map{}), http.StatusOK)
	if is["version"] != 2.0 || is["created_at"] != was["created_at"] {
		t.Errorf("want version 2 of the same object: %v", is)
	}
	delete(was, "version")
	delete(was, "updated_at")
	for name, value := range was {
		if !reflect.DeepEqual(is[name], value) {
			t.Errorf("an empty patch changed %s from %v to %v", name, value, is[name])
		}
	}
}

// CheckPaging walks the list by cursor, and refuses cursors of other lists and limits out of range.
func (n Noun) CheckPaging(t *testing.T, foreign *Client) {
	t.Helper()
	all := n.IDs(t, 200, "")
	for i := range 5 {
		all = append(all, n.Make(t, i))
	}
	for _, limit := range []int{1, 2, len(all) - 1, len(all), 50} {
		if got := n.IDs(t, limit, ""); !slices.Equal(got, all) {
			t.Errorf("pages of %d: got %v, want %v", limit, got, all)
		}
	}
	for _, limit := range []string{"0", "201", "-1", "x"} {
		n.Owner.GET(n.Path+"?limit="+limit).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.limit")
	}
	cursor := *n.page(t, "limit=2").NextCursor
	changed := cursor[:20] + string(cursor[20]^1) + cursor[21:]
	for name, answer := range map[string]Answer{
		"another tenant's": foreign.GET(n.Path + "?limit=2&cursor=" + cursor),
		"another filter's": n.Owner.GET(n.Path + "?limit=2&archived=true&cursor=" + cursor),
		"a changed one":    n.Owner.GET(n.Path + "?limit=2&cursor=" + changed),
		"no cursor at all": n.Owner.GET(n.Path + "?limit=2&cursor=abc"),
	} {
		if answer.Status != http.StatusBadRequest {
			t.Errorf("%s cursor: status %d, want 400", name, answer.Status)
			continue
		}
		answer.WantProblem(t, http.StatusBadRequest, "invalid_cursor")
	}
}

// CheckArchive archives: gone from the list unless asked for, and still there by its id.
func (n Noun) CheckArchive(t *testing.T) {
	t.Helper()
	id := n.Make(t, 1)
	if a := n.Owner.DELETE(n.Path+"/"+id).Want(t, http.StatusNoContent); len(a.Body) != 0 {
		t.Errorf("204 with a body: %s", a.Body)
	}
	if slices.Contains(n.IDs(t, 50, ""), id) {
		t.Error("the list shows it")
	}
	if !slices.Contains(n.IDs(t, 50, "&archived=true"), id) {
		t.Error("the list with archived=true hides it")
	}
	archived := n.Get(t, id)
	if archived["archived_at"] == nil || archived["version"] != 2.0 {
		t.Errorf("want archived_at in version 2: %v", archived)
	}
	n.Owner.DELETE(n.Path+"/"+id).Want(t, http.StatusNoContent) // again: the same end
	if again := n.Get(t, id); again["archived_at"] != archived["archived_at"] {
		t.Error("archiving twice moves archived_at")
	}
}

// CheckMerge patches: what is named changes, the rest stays, null clears what may be null and is refused elsewhere.
func (n Noun) CheckMerge(t *testing.T, change Map, clears, required string) {
	t.Helper()
	id := n.Make(t, 1)
	want := n.Get(t, id)
	maps.Copy(want, change)
	if clears != "" {
		if want[clears] == nil {
			t.Fatalf("%s is null from the start", clears)
		}
		change = maps.Clone(change)
		change[clears], want[clears] = nil, nil
	}
	got := Into[Map](t, n.Owner.With("Content-Type", "application/merge-patch+json").PATCH(n.Path+"/"+id, change), http.StatusOK)
	if got["version"] != 2.0 {
		t.Errorf("version %v, want 2", got["version"])
	}
	for name, value := range want {
		if name != "version" && name != "updated_at" && fmt.Sprint(got[name]) != fmt.Sprint(value) {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	n.Owner.PATCH(n.Path+"/"+id, Map{required: nil}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+required)
	n.Owner.PATCH(n.Path+"/"+id, Map{"no_such": 1}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.no_such")
	if after := n.Get(t, id); after["version"] != 2.0 {
		t.Error("a refused patch changed it")
	}
}

// CheckParallelPatches has many patches of two fields meet: none may undo another's.
func (n Noun) CheckParallelPatches(t *testing.T, one, two func(i int) Map) {
	t.Helper()
	const rounds = 8
	id := n.Make(t, 1)
	for i := range rounds {
		var wg sync.WaitGroup
		for _, patch := range []Map{one(i), two(i)} {
			wg.Go(func() {
				if a := n.Owner.PATCH(n.Path+"/"+id, patch); a.Status != http.StatusOK {
					t.Errorf("status %d: %s", a.Status, a.Body)
				}
			})
		}
		wg.Wait()
		is := n.Get(t, id)
		for _, patch := range []Map{one(i), two(i)} {
			for name, value := range patch {
				if fmt.Sprint(is[name]) != fmt.Sprint(value) {
					t.Fatalf("round %d: %s is %v, but it was set to %v", i, name, is[name], value)
				}
			}
		}
	}
}

// CheckUnknown asks for ids that name nothing here: missing, malformed and another tenant's answer alike.
func (n Noun) CheckUnknown(t *testing.T, foreignID string) {
	t.Helper()
	prefix, _, _ := strings.Cut(foreignID, "_")
	bodies := map[string]bool{}
	for _, id := range []string{foreignID, prefix + "_01k9m7e6xhf8ktexm2q2ggx7zp", prefix + "_x", "xyz_01k9m7e6xhf8ktexm2q2ggx7zp", "1"} {
		for _, answer := range []Answer{n.Owner.GET(n.Path + "/" + id), n.Owner.PATCH(n.Path+"/"+id, Map{}), n.Owner.DELETE(n.Path + "/" + id)} {
			p := answer.WantProblem(t, http.StatusNotFound, "not_found")
			bodies[strings.ReplaceAll(string(answer.Body), p.RequestID, "")] = true
		}
	}
	if len(bodies) != 1 {
		t.Errorf("want one body for all: %v", bodies)
	}
}
