package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/kit/fault"
)

// Versioned is an answer about one object, whose version is its ETag.
type Versioned interface{ ObjectVersion() int }

// ErrChanged is the answer to a change that was meant for another version.
var ErrChanged = &fault.Error{Kind: fault.Precondition, Code: "precondition_failed", Detail: "Somebody has changed this since you read it. Read it again, then decide."}

var (
	errAnyVersion = ErrChanged.With("If-Match: * is for DELETE alone. Send the ETag of what you have read.")
	errNoVersion  = ErrChanged.With("This has no version to compare with. Leave out If-Match.")
)

// CheckVersion refuses a change that was meant for another version of the object than this one, by the request's If-Match.
// Every change of one object calls it with what it has read under the row's lock: what waited for the lock sees what came before.
func CheckVersion(ctx context.Context, version int) error {
	r := requestFrom(ctx)
	r.progress.compared = true
	switch {
	case !r.conditional || r.ifMatch == "":
		return nil
	case strings.TrimSpace(r.ifMatch) == "*" && r.deletes():
		return nil
	case strings.TrimSpace(r.ifMatch) == "*":
		return errAnyVersion
	case !names(r.ifMatch, etag(version), false):
		return ErrChanged
	}
	return nil
}

// About reports whether the request's path names the object: others that it changes on the way were not what its If-Match meant.
func About(ctx context.Context, id string) bool { return requestFrom(ctx).objectID == id }

// compared refuses a conditional change whose operation has not asked CheckVersion: it would go through whatever the version.
func compared(ctx context.Context, replayed bool) error {
	if r := requestFrom(ctx); r.conditional && r.ifMatch != "" && !r.progress.compared && !replayed {
		return errNoVersion
	}
	return nil
}

// changesOne reports whether the operation changes one object that is there.
func (op Op) changesOne() bool {
	method, route, _ := strings.Cut(op.Do, " ")
	return method == http.MethodPatch || method == http.MethodPut || method == http.MethodDelete || method == http.MethodPost && strings.Contains(route, "{")
}

func etag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// Tagged is an answer that is the same as long as its tag is: a hash of what it says.
type Tagged interface{ Tag() string }

// tagOf is the ETag of an answer that has one: an object's version, or a hash.
func tagOf(out any) string {
	switch v := out.(type) {
	case Versioned:
		return etag(v.ObjectVersion())
	case Tagged:
		return `"` + v.Tag() + `"`
	}
	return ""
}

// names reports whether a list of ETags holds one. Weak ones are good for reading only.
func names(list, wanted string, weak bool) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if weak {
			tag = strings.TrimPrefix(tag, "W/")
		}
		if tag == wanted || weak && tag == "*" {
			return true
		}
	}
	return false
}

// notModified is the answer to who has the version already. It is an error so that no body is written.
type notModified struct{ tag string } //nolint:errname // it is none

func (notModified) Error() string             { return "not modified" }
func (notModified) GetStatus() int            { return http.StatusNotModified }
func (n notModified) GetHeaders() http.Header { return http.Header{"Etag": {n.tag}} }

// documentVersion describes conditional requests.
func (s *Server) documentVersion(op Op) {
	method, route, _ := strings.Cut(op.Do, " ")
	header := func(name, text string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Description: text}
	}
	item := s.huma.OpenAPI().Paths[route]
	switch {
	case op.conditional:
		o := map[string]*huma.Operation{http.MethodPatch: item.Patch, http.MethodPut: item.Put, http.MethodDelete: item.Delete, http.MethodPost: item.Post}[method]
		o.Parameters = append(o.Parameters, header("If-Match", "The ETag that the change is meant for; of another version it is refused with 412."))
	case op.tagged && op.Reads():
		item.Get.Parameters = append(item.Get.Parameters, header("If-None-Match", "The ETag of what you have; while it is the same the answer is 304, without a body."))
		item.Get.Responses["304"] = &huma.Response{Description: "You have it already."}
	}
}
