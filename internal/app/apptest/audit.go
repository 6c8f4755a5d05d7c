package apptest

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
)

// Line is a line of the masquerade log.
type Line struct {
	Action       string  `json:"action"`
	Result       string  `json:"result"`
	DenyCode     *string `json:"deny_code"`
	HijackerID   string  `json:"hijacker_id"`
	HijackedID   *string `json:"hijacked_id"`
	MasqueradeID *string `json:"masquerade_id"`
	SessionKey   *string `json:"session_key"`
	Reason       *string `json:"reason"`
	Tenant       *string `json:"tenant"`
	Method       string  `json:"method"`
	Route        string  `json:"route"`
	ObjectID     string  `json:"object_id"`
	Status       int     `json:"status"`
}

// Lines are those that the person left in the masquerade log as the one who really acts, in order.
func (e *Env) Lines(actor *Client) (all []Line) {
	e.t.Helper()
	f, err := os.Open(filepath.Join(e.DataDir, "logs", "masquerade.log"))
	if err != nil {
		e.t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var l Line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			e.t.Fatalf("%v in %s", err, s.Bytes())
		}
		if l.HijackerID == actor.ID() {
			all = append(all, l)
		}
	}
	return all
}

// Actions are what those lines say was done.
func (e *Env) Actions(actor *Client) (all []string) {
	e.t.Helper()
	for _, l := range e.Lines(actor) {
		all = append(all, l.Action)
	}
	return slices.Clip(all)
}
