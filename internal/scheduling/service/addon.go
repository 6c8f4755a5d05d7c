package service

import (
	"fmt"
	"slices"
	"strings"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
)

// Addon is what can be had on top of a service: it makes the appointment longer and dearer.
type Addon struct {
	ID                  id.ID[Addon] `json:"id,omitzero" doc:"Send it back to keep the add-on; without one it is a new one."`
	Name                string       `json:"name" minLength:"1" maxLength:"200"`
	DurationMinutes     int          `json:"duration_minutes" required:"false" minimum:"0" maximum:"10080" doc:"So much longer is the appointment."`
	Price               money.Money  `json:"price" doc:"On top of the service's, in the business's currency."`
	BufferBeforeMinutes int          `json:"buffer_before_minutes" required:"false" minimum:"0" maximum:"1440" doc:"On top of the service's."`
	BufferAfterMinutes  int          `json:"buffer_after_minutes" required:"false" minimum:"0" maximum:"1440" doc:"On top of the service's."`
	Public              *bool        `json:"public,omitempty" default:"true" doc:"Whether customers can choose it themselves."`
}

// IDPrefix makes ids of add-ons look like add_….
func (Addon) IDPrefix() string { return "add" }

// Variant is a service in another length, at another price.
type Variant struct {
	ID              id.ID[Variant] `json:"id,omitzero" doc:"Send it back to keep the variant; without one it is a new one."`
	Name            string         `json:"name" minLength:"1" maxLength:"200"`
	DurationMinutes int            `json:"duration_minutes" minimum:"1" maximum:"10080" doc:"In place of the service's."`
	Price           money.Money    `json:"price" doc:"In place of the service's, in the business's currency."`
}

// IDPrefix makes ids of variants look like var_….
func (Variant) IDPrefix() string { return "var" }

// ShownAddon is an add-on as customers see it, and as an appointment keeps it.
type ShownAddon struct {
	ID              id.ID[Addon] `json:"id"`
	Name            string       `json:"name"`
	DurationMinutes int          `json:"duration_minutes" doc:"So much longer is the appointment."`
	Price           money.Money  `json:"price" doc:"On top of the service's."`
}

// shown are those that customers see.
func shown(all []Addon) []ShownAddon {
	out := []ShownAddon{}
	for _, a := range all {
		if *a.Public {
			out = append(out, ShownAddon{a.ID, a.Name, a.DurationMinutes, a.Price})
		}
	}
	return out
}

// The most that an appointment with a variant and all add-ons may have.
const (
	mostMinutes = 7 * 24 * 60
	mostBuffer  = 24 * 60
	mostPrice   = 100_000_000_000
)

func cleanAddons(all []Addon) []Addon {
	out := append([]Addon{}, all...)
	for i := range out {
		out[i].Name, out[i].Public = strings.TrimSpace(out[i].Name), orDefault(out[i].Public, true)
	}
	return out
}

func cleanVariants(all []Variant) []Variant {
	out := append([]Variant{}, all...)
	for i := range out {
		out[i].Name = strings.TrimSpace(out[i].Name)
	}
	return out
}

// identified gives what is new its id, and refuses ids that nothing of the service had.
func (n New) identified(was Service) error {
	addons, variants := make([]*id.ID[Addon], len(n.Addons)), make([]*id.ID[Variant], len(n.Variants))
	for i := range n.Addons {
		addons[i] = &n.Addons[i].ID
	}
	for i := range n.Variants {
		variants[i] = &n.Variants[i].ID
	}
	knownAddons, knownVariants := map[id.ID[Addon]]bool{}, map[id.ID[Variant]]bool{}
	for _, a := range was.Addons {
		knownAddons[a.ID] = true
	}
	for _, v := range was.Variants {
		knownVariants[v.ID] = true
	}
	if err := identify("body.addons", addons, knownAddons); err != nil {
		return err
	}
	return identify("body.variants", variants, knownVariants)
}

func identify[K id.Kind](at string, ids []*id.ID[K], known map[id.ID[K]]bool) error {
	for i, key := range ids {
		switch {
		case key.IsZero():
			*key = id.New[K]()
		case !known[*key]:
			return fault.Unknown(fmt.Sprintf("%s[%d].id", at, i))
		default:
			delete(known, *key) // nobody has it twice
		}
	}
	return nil
}

// combinationProblems are those of add-ons and variants, one by one and all together.
func (n New) combinationProblems(currency string) (bad []fault.Field) {
	say := func(message, at string, i int, field string) {
		bad = append(bad, fault.Field{Location: fmt.Sprintf("body.%s[%d].%s", at, i, field), Message: message})
	}
	longest, dearest := n.DurationMinutes, n.Price.Amount
	for i, v := range n.Variants {
		if v.Name == "" {
			say("Give the variant a name.", "variants", i, "name")
		}
		if v.Price.Currency != currency {
			say("Use the business's currency, "+currency+".", "variants", i, "price.currency")
		}
		if len(requirementProblems(n.Requirements, v.DurationMinutes)) > len(requirementProblems(n.Requirements, n.DurationMinutes)) {
			say("A requirement has a part that such a short appointment doesn't reach. Choose a longer one, or change the part.", "variants", i, "duration_minutes")
		}
		longest, dearest = max(longest, v.DurationMinutes), max(dearest, v.Price.Amount)
	}
	before, after := n.BufferBeforeMinutes, n.BufferAfterMinutes
	for i, a := range n.Addons {
		if a.Name == "" {
			say("Give the add-on a name.", "addons", i, "name")
		}
		if a.Price.Currency != currency {
			say("Use the business's currency, "+currency+".", "addons", i, "price.currency")
		}
		longest, before, after, dearest = longest+a.DurationMinutes, before+a.BufferBeforeMinutes, after+a.BufferAfterMinutes, dearest+a.Price.Amount
	}
	if len(n.Addons) > 0 && (longest > mostMinutes || before > mostBuffer || after > mostBuffer || dearest > mostPrice) {
		bad = append(bad, fault.Field{Location: "body.addons", Message: "With all of these an appointment would be longer than 7 days, have a buffer of more than 24 hours, or cost too much. Make them smaller."})
	}
	return append(bad, n.groupCombinationProblems()...)
}

// groupCombinationProblems are those of a group, whose sessions are as long as the service, whoever sits in them.
func (n New) groupCombinationProblems() (bad []fault.Field) {
	if n.Group.V == nil {
		return nil
	}
	if len(n.Variants) > 0 {
		bad = append(bad, fault.Field{Location: "body.variants", Message: "Sessions of a group all last as long as the service. Make a service of its own for each variant."})
	}
	if i := slices.IndexFunc(n.Addons, Addon.TakesTime); i >= 0 {
		bad = append(bad, fault.Field{Location: fmt.Sprintf("body.addons[%d]", i), Message: "Sessions of a group all last as long as the service. Give the add-on no duration and no buffers."})
	}
	return bad
}

// TakesTime tells whether an appointment takes its resources longer with it.
func (a Addon) TakesTime() bool {
	return a.DurationMinutes > 0 || a.BufferBeforeMinutes > 0 || a.BufferAfterMinutes > 0
}
