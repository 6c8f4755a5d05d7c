package signup

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/pg"
)

// Availability says whether a business can have an address.
type Availability struct {
	Slug       string  `json:"slug"`
	Available  bool    `json:"available"`
	Problem    *string `json:"problem"`
	Suggestion *string `json:"suggestion"`
}

const (
	slugTaken = "This address is taken."
	lookAlike = "This address looks too much like one of our own. Choose another one."
	badForm   = "Use 3 to 40 lower-case letters, digits and hyphens, a letter first, and no reserved name such as www or api."
)

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)

// slugProblem says why no business can have an address, or "".
func slugProblem(slug string) string {
	if !valid(slug) {
		return badForm
	}
	for _, one := range lookLike(slug) {
		if slugForm.MatchString(one) && !valid(one) { // well formed, and still refused: a reserved name
			return lookAlike
		}
	}
	return ""
}

// valid asks the registry, which knows the reserved names.
func valid(slug string) bool {
	return tenant.New{Slug: slug, Name: "Any", Currency: "EUR"}.Problems() == nil
}

// lookLike lists what a slug can be misread as: digits as letters, two letters as one, with and without its hyphens.
func lookLike(slug string) (all []string) {
	plain := strings.NewReplacer("0", "o", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g", "rn", "m", "vv", "w", "-", "")
	for _, one := range []string{"l", "i"} {
		text := plain.Replace(strings.ReplaceAll(slug, "1", one))
		all = append(all, text, strings.ReplaceAll(text, "l", "i"), strings.ReplaceAll(text, "i", "l"))
	}
	return all
}

// Availability looks whether a slug is free, and offers one that is.
func (s *Service) Availability(ctx context.Context, tx *pg.PlatformTx, slug string) (Availability, error) {
	a := Availability{Slug: slug}
	wish := slug
	if problem := slugProblem(slug); problem != "" {
		a.Problem = &problem
		if wish = formed(slug); wish == slug || slugProblem(wish) != "" {
			return a, nil
		}
	}
	wishes := []string{wish}
	for n := 2; n <= 50; n++ {
		wishes = append(wishes, numbered(wish, n))
	}
	used, err := usedOf(ctx, tx, wishes)
	if err != nil {
		return a, err
	}
	a.Available = a.Problem == nil && !slices.Contains(used, slug)
	if a.Available {
		return a, nil
	}
	if a.Problem == nil {
		a.Problem = new(slugTaken)
	}
	for _, w := range wishes {
		if w != slug && !slices.Contains(used, w) {
			a.Suggestion = &w
			break
		}
	}
	return a, nil
}

// formed makes an address of what somebody typed, such as a name.
func formed(text string) string {
	text = strings.TrimLeft(strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-"), "-0123456789")
	return strings.TrimRight(text[:min(len(text), 36)], "-")
}

func numbered(slug string, n int) string { return fmt.Sprintf("%s-%d", slug[:min(len(slug), 37)], n) }
