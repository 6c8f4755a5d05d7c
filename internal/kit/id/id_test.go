package id_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"pgregory.net/rapid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

type vector struct{}

func (vector) IDPrefix() string { return "prefix" }

type room struct{}

func (room) IDPrefix() string { return "res" }

// The vector of the TypeID specification.
const (
	text  = "prefix_01h455vb4pex5vsknk084sn02q"
	plain = "01890a5d-ac96-774b-bcce-b302099a8057"
)

func TestTheVectorOfTheSpecification(t *testing.T) {
	t.Parallel()
	v, err := id.Parse[vector](text)
	if err != nil || v.UUID().String() != plain || v.String() != text {
		t.Errorf("%s reads as %s (%v) and writes as %s", text, v.UUID(), err, v)
	}
}

func TestTextIsReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := id.ID[room](rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		s := v.String()
		if back, err := id.Parse[room](s); err != nil || back != v {
			t.Fatalf("%s reads as %s, %v", s, back, err)
		}
		if len(s) != len("res_")+26 || s != strings.ToLower(s) {
			t.Fatalf("%s is not of the form", s)
		}
		var fromJSON id.ID[room]
		j, err := json.Marshal(v)
		if err == nil {
			err = json.Unmarshal(j, &fromJSON)
		}
		if err != nil || fromJSON != v {
			t.Fatalf("as JSON %s reads as %s, %v", j, fromJSON, err)
		}
	})
}

func TestWhatIsNoIDOfTheKindIsRefused(t *testing.T) {
	t.Parallel()
	const good = "01h455vb4pex5vsknk084sn02q"
	for _, s := range []string{
		"", "res", "res_", good, "_" + good, "cus_" + good, "RES_" + good, "res-" + good, "res_" + good[1:], "res_" + good + "0", " res_" + good, "res_" + good + " ",
		"res_" + strings.ToUpper(good), "res_8" + good[1:], "res_z" + good[1:], "res_01h455vb4pex5vsknk084sn02i", "res_01h455vb4pex5vsknk084sn02l", "res_01h455vb4pex5vsknk084sn02o",
		"res_01h455vb4pex5vsknk084sn02u", "res_01h455vb4pex5vsknk084sn0-q", "res_0\nh455vb4pex5vsknk084sn02q", "res_01h455vb4pex5vsknk084sn02\n", "res_\r\n455vb4pex5vsknk084sn02q",
		"res_res_" + good, plain, "res_" + plain, "res_01h455vb4pex5vsknk084sn0é",
	} {
		if v, err := id.Parse[room](s); !errors.Is(err, id.ErrInvalid) {
			t.Errorf("%q reads as %s, %v", s, v, err)
		}
	}
}

func FuzzOnlyOneTextNamesAnID(f *testing.F) {
	for _, seed := range []string{"res_01h455vb4pex5vsknk084sn02q", "res_7zzzzzzzzzzzzzzzzzzzzzzzzz", "res_0\r\n55vb4pex5vsknk084sn02q", "cus_01h455vb4pex5vsknk084sn02q", ""} {
		f.Add(seed)
	}
	pattern := regexp.MustCompile(id.ID[room]{}.Schema(nil).Pattern)
	f.Fuzz(func(t *testing.T, s string) {
		v, err := id.Parse[room](s)
		if err == nil && v.String() != s {
			t.Errorf("%q reads as %s", s, v)
		}
		if (err == nil) != pattern.MatchString(s) {
			t.Errorf("%q: read with %v, but the document's pattern says otherwise", s, err)
		}
	})
}

func TestIDsMadeLaterSortLater(t *testing.T) {
	t.Parallel()
	last := id.New[room]()
	for range 1000 {
		next := id.New[room]()
		if next.String() <= last.String() || next.UUID().Version() != 7 {
			t.Fatalf("%s after %s", next, last)
		}
		last = next
	}
}

func TestTheExampleOfTheDocumentIsAnID(t *testing.T) {
	t.Parallel()
	s := id.ID[room]{}.Schema(nil)
	example, _ := s.Examples[0].(string)
	if _, err := id.Parse[room](example); err != nil || s.Type != "string" {
		t.Errorf("%q: %v", example, err)
	}
}

func TestIDsTravelToPostgreSQLAndBack(t *testing.T) {
	t.Parallel()
	v := id.New[room]()
	var back id.ID[room]
	var list []id.ID[room]
	var none *id.ID[room]
	var asText string
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT $1::uuid, ARRAY[$1::uuid], NULL::uuid, $1::uuid::text`, v).Scan(&back, &list, &none, &asText)
	if err != nil || back != v || len(list) != 1 || list[0] != v || none != nil || asText != v.UUID().String() {
		t.Errorf("%s came back as %s, %v, %v, %s, %v", v, back, list, none, asText, err)
	}
}

func TestAnUnsetIDIsNoArgument(t *testing.T) {
	t.Parallel()
	var zero id.ID[room]
	if _, err := zero.UUIDValue(); err == nil || !zero.IsZero() || id.New[room]().IsZero() {
		t.Error("the zero id was sent to the database")
	}
	if zero.ScanUUID(pgtype.UUID{}) == nil {
		t.Error("NULL was read as an id")
	}
	if zero.UUID() != uuid.Nil {
		t.Error("the zero id is not the nil UUID")
	}
}
