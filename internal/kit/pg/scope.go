package pg

import (
	"fmt"
	"regexp"

	"github.com/google/uuid"
)

// Mode tells a tenant's live data from its sandbox's.
type Mode string

// The two modes of a tenant.
const (
	Live Mode = "live"
	Test Mode = "test"
)

// Tenant is a scope: which business, and its live or its sandbox schema.
// Only NewTenant makes one, because its fields go into the opening message as text.
type Tenant struct {
	ID     uuid.UUID
	Schema string
	Mode   Mode
	rw, ro string
}

// schemaName keeps schema and role names plain, and within PostgreSQL's 63 bytes.
var schemaName = regexp.MustCompile(`^(tenant|sandbox)_[a-z][a-z0-9_]{0,48}$`)

// NewTenant checks the schema's name and prepares the messages that open its transactions.
// The mode follows from the name: sandbox_ schemas hold test data.
func NewTenant(id uuid.UUID, schema string) (Tenant, error) {
	if !schemaName.MatchString(schema) {
		return Tenant{}, fmt.Errorf("pg: %q is no tenant schema", schema)
	}
	mode := Live
	if schema[0] == 's' {
		mode = Test
	}
	settings := opening(schema, schema, id.String(), mode)
	return Tenant{ID: id, Schema: schema, Mode: mode, rw: "BEGIN" + settings, ro: "BEGIN READ ONLY" + settings}, nil
}

// Limits of every transaction: a wait or a statement past these ends in a clear 503 instead of a hanging request.
const (
	lockTimeout      = "3s"
	statementTimeout = "10s"
)

// opening is the rest of the one message that begins a transaction. Everything is SET LOCAL:
// nothing outlives the transaction on a pooled connection. Role and schema have been checked or are constants.
func opening(role, path, tenantID string, mode Mode) string {
	return fmt.Sprintf(`; SET LOCAL ROLE "%s"; SET LOCAL search_path TO "%s"; SET LOCAL ss.tenant_id = '%s'; SET LOCAL ss.mode = '%s'; SET LOCAL lock_timeout = '%s'; SET LOCAL statement_timeout = '%s'`,
		role, path, tenantID, mode, lockTimeout, statementTimeout)
}
