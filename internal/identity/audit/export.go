package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// exportRows is how many rows are read at a time: a transaction must not last as long as a download.
const exportRows = 1000

// Export is what to download, and as what.
type Export struct {
	PlatformFilter
	Format string `query:"format" enum:"csv,ndjson" default:"csv"`
}

// export sends all entries that the filter finds. A grant does not open it: it is for reading one tenant's record, not for taking it away.
func (s *Service) export(ctx context.Context, in *Export) (*huma.StreamResponse, error) {
	var only *uuid.UUID
	if caller := authz.From(ctx); !caller.Can(role.AuditReadAll) {
		only = &caller.UserID
	}
	next := func(after uuid.UUID) (rows []row, err error) {
		err = s.DB.InPlatform(ctx, func(tx *pg.PlatformTx) error {
			rows, err = search(ctx, tx, in.PlatformFilter, only, after, exportRows)
			return err
		})
		return rows, err
	}
	rows, err := next(uuid.Nil)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Disposition", `attachment; filename="audit.`+in.Format+`"`)
		hctx.SetHeader("Content-Type", contentTypes[in.Format])
		if err := send(hctx.BodyWriter(), in.Format, rows, next); err != nil {
			slog.ErrorContext(ctx, "audit export broken off", "error", err)
			panic(http.ErrAbortHandler) // the status is sent: only a broken connection tells that the file is not whole
		}
	}}, nil
}

var contentTypes = map[string]string{"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}

// send writes rows and all that follow them.
func send(w io.Writer, format string, rows []row, next func(after uuid.UUID) ([]row, error)) error {
	write := writeJSON
	if format == "csv" {
		write = writeCSV
		if _, err := io.WriteString(w, quoted(csvHeader)); err != nil {
			return err
		}
	}
	for len(rows) > 0 {
		for _, r := range rows {
			record, err := recordOf(r)
			if err != nil {
				return fmt.Errorf("entry %s: %w", r.ID, err)
			}
			if err := write(w, record); err != nil {
				return err
			}
		}
		var err error
		if rows, err = next(rows[len(rows)-1].ID); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(w io.Writer, r Record) error { return json.NewEncoder(w).Encode(r) }

var csvHeader = []string{
	"id", "at", "action", "result", "chain", "seq", "actor_id", "actor_email", "actor_role", "subject_id", "subject_email", "subject_role",
	"tenant_id", "tenant", "ip_address", "reason", "deny_code", "masquerade_id", "details",
}

func writeCSV(w io.Writer, r Record) error {
	var subject Party
	if r.Subject.V != nil {
		subject = *r.Subject.V
	}
	var tenant, slug string
	if r.Tenant.V != nil {
		tenant, slug = r.Tenant.V.ID.String(), r.Tenant.V.Slug
	}
	details, err := json.Marshal(r.Details)
	if err != nil {
		return fmt.Errorf("details of %s: %w", r.ID, err)
	}
	_, err = io.WriteString(w, quoted([]string{
		r.ID.String(), r.At.Format(time.RFC3339), r.Action, r.Result, r.Chain, strconv.FormatInt(r.Seq, 10),
		text(r.Actor.ID), text(r.Actor.Email), text(r.Actor.Role), text(subject.ID), text(subject.Email), text(subject.Role),
		tenant, slug, r.IPAddress, text(r.Reason), text(r.DenyCode), text(r.MasqueradeID), string(details),
	}))
	return err
}

func text[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// quoted is one record of a CSV file. A cell that a spreadsheet would take for a formula begins with an apostrophe.
func quoted(cells []string) string {
	out := make([]string, len(cells))
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(c)[0]) {
			c = "'" + c
		}
		out[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	return strings.Join(out, ",") + "\r\n"
}
