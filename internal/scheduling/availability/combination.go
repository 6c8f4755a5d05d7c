package availability

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/scheduling/service"
)

// Combination is what somebody wants of a service. Bodies that ask for appointments embed it.
type Combination struct {
	VariantID *id.ID[service.Variant] `json:"variant_id" required:"false" nullable:"true" doc:"In which of its lengths; without one the service's own."`
	AddonIDs  []id.ID[service.Addon]  `json:"addon_ids" required:"false" maxItems:"20" doc:"What is wanted on top of it."`
}

// plain is the service as it is.
func (c Combination) plain() bool { return c.VariantID == nil && len(c.AddonIDs) == 0 }

// Combined is a combination with all that it says, as it is kept with what is booked.
type Combined struct {
	Variant *service.Variant `json:"variant,omitempty"`
	Addons  []service.Addon  `json:"addons,omitempty"`
}

// Again is what somebody wants who wants the same.
func (c Combined) Again() (want Combination) {
	if c.Variant != nil {
		want.VariantID = &c.Variant.ID
	}
	for _, a := range c.Addons {
		want.AddonIDs = append(want.AddonIDs, a.ID)
	}
	return want
}

// Same tells whether both are of one variant and the same add-ons, in whatever order.
func (c Combined) Same(other Combined) bool {
	a, b := c.Again(), other.Again()
	one := a.VariantID == b.VariantID || a.VariantID != nil && b.VariantID != nil && *a.VariantID == *b.VariantID
	return one && len(a.AddonIDs) == len(b.AddonIDs) && !slices.ContainsFunc(a.AddonIDs, func(key id.ID[service.Addon]) bool { return !slices.Contains(b.AddonIDs, key) })
}

// combine finds what the caller wants of a service, and makes its facts those of the combination: length, buffers and price.
// All else follows from them, so nothing else adds anything up.
func (ask Ask) combine(f Facts) (Facts, Combined, error) {
	var c Combined
	if ask.plain() {
		return f, c, nil
	}
	m, err := ask.menu(f)
	if err != nil {
		return f, c, err
	}
	if ask.VariantID != nil {
		if c.Variant, err = ask.variant(m, f.Group != nil); err != nil {
			return f, c, err
		}
		f.DurationMinutes, f.Price = c.Variant.DurationMinutes, c.Variant.Price
	}
	for i := range ask.AddonIDs {
		a, err := ask.addon(m, i, f.Group != nil)
		if err != nil {
			return f, c, err
		}
		c.Addons = append(c.Addons, a)
		f.DurationMinutes, f.Price.Amount = f.DurationMinutes+a.DurationMinutes, f.Price.Amount+a.Price.Amount
		f.BufferBeforeMinutes, f.BufferAfterMinutes = f.BufferBeforeMinutes+a.BufferBeforeMinutes, f.BufferAfterMinutes+a.BufferAfterMinutes
	}
	return f, c, nil
}

// menu is what can be chosen.
type menu struct {
	variants []service.Variant
	addons   []service.Addon
}

// menu is that of the service. What was agreed with the caller before can be had also where it isn't offered any more.
func (ask Ask) menu(f Facts) (m menu, err error) {
	if err := errors.Join(json.Unmarshal(f.Variants, &m.variants), json.Unmarshal(f.Addons, &m.addons)); err != nil {
		return m, fmt.Errorf("add-ons and variants of a service: %w", err)
	}
	if v := ask.Agreed.Variant; v != nil {
		m.variants = append(m.variants, *v)
	}
	m.addons = append(m.addons, ask.Agreed.Addons...)
	return m, nil
}

func (ask Ask) variant(m menu, group bool) (*service.Variant, error) {
	i := slices.IndexFunc(m.variants, func(v service.Variant) bool { return v.ID == *ask.VariantID })
	switch {
	case i < 0:
		return nil, fault.Unknown(ask.At + ".variant_id")
	case group:
		return nil, fault.At(ask.At+".variant_id", "Sessions of this group all last as long as the service. Leave this out.")
	}
	return &m.variants[i], nil
}

// addon is the nth that the caller wants. Customers don't know those that aren't public.
func (ask Ask) addon(m menu, n int, group bool) (service.Addon, error) {
	at, key := fmt.Sprintf("%s.addon_ids[%d]", ask.At, n), ask.AddonIDs[n]
	i := slices.IndexFunc(m.addons, func(a service.Addon) bool { return a.ID == key })
	switch {
	case i < 0 || ask.PublicOnly && !*m.addons[i].Public:
		return service.Addon{}, fault.Unknown(at)
	case slices.Contains(ask.AddonIDs[:n], key):
		return service.Addon{}, fault.At(at, "This is chosen already. Leave it out.")
	case group && m.addons[i].TakesTime():
		return service.Addon{}, fault.At(at, "Sessions of this group all last as long as the service. Leave out what takes time.")
	}
	return m.addons[i], nil
}
