package account

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/text/unicode/norm"
)

// About is what a password is judged by besides itself.
type About struct {
	MFA     bool     // a second factor is set up, so a shorter password will do
	Current string   // the password it shall replace, as its owner has just given it; may be empty
	Names   []string // the business's and the person's own
	Email   string
}

const (
	minWithMFA = 8 // MinPassword is the length without
	minLeft    = 8 // characters besides names
	minWord    = 3 // shorter parts of names stay: they occur everywhere
	maxPeriod  = 8 // repeating fewer characters than this adds nothing
	minTurns   = 5 // runs such as 4567 count as one character here
	// minGuesses refuses what attackers try first. Eight random characters are worth ten times as much.
	minGuesses = 1e7
	maxJudged  = 64 // characters that are compared with the list: longer texts take it half a second
)

// PasswordProblem says what is wrong with a password and what to do, or "" when it will do.
func PasswordProblem(password string, about About) string {
	if !utf8.ValidString(password) {
		return "The password holds characters that can't be read; type it again."
	}
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case !about.MFA && n < MinPassword:
		return "Use at least 15 characters; a sentence is easy to remember."
	case n < minWithMFA:
		return "Use at least 8 characters; a sentence is easy to remember."
	case n > MaxPassword:
		return "Use at most 128 characters."
	case about.Current != "" && password == norm.NFC.String(about.Current):
		return "This is the password you have now; choose another one."
	}
	lower := []rune(strings.ToLower(password))
	words := about.words()
	switch {
	case period(lower) < maxPeriod || turns(lower) < minTurns:
		return "This password repeats a few characters or follows the alphabet or the digits; use words that don't belong together."
	case left(string(lower), words) < minLeft:
		return "This password is little more than a name or an address that others know; add words of your own."
	case zxcvbn.PasswordStrength(string(head(password)), words).Guesses < minGuesses:
		return "This password is among the first that attackers try; use words that don't belong together."
	}
	return ""
}

// head is what of a long password is compared with the list.
func head(password string) []rune {
	s := []rune(password)
	return s[:min(len(s), maxJudged)]
}

// words are the parts of names and addresses that others know, in lower case and the longest first.
func (a About) words() []string {
	var all []string
	for _, name := range append([]string{a.Email, "smoothschedule"}, a.Names...) {
		name = strings.ToLower(norm.NFC.String(name))
		all = append(all, strings.TrimSpace(name), strings.Join(strings.Fields(name), ""))
		all = append(all, strings.Split(name, "@")...)
		all = append(all, strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })...)
	}
	all = slices.DeleteFunc(all, func(w string) bool { return utf8.RuneCountInString(w) < minWord })
	slices.SortFunc(all, func(x, y string) int { return cmp.Or(cmp.Compare(len(y), len(x)), cmp.Compare(x, y)) })
	return slices.Compact(all)
}

// left is how many characters stay when the words are taken out, also those that come together only thereby.
func left(password string, words []string) int {
	for before := ""; before != password; {
		before = password
		for _, w := range words {
			password = strings.ReplaceAll(password, w, "")
		}
	}
	return utf8.RuneCountInString(password)
}

// period is the length of the shortest pattern that makes up all of s by being repeated, the last time perhaps in part;
// len(s) when nothing is repeated in full.
func period(s []rune) int {
	for p := 1; p <= len(s)/2; p++ {
		if slices.Equal(s[p:], s[:len(s)-p]) {
			return p
		}
	}
	return len(s)
}

// turns counts the characters of s, and as one each run of equal or neighbouring ones, such as aaaa, 4567 or fed.
func turns(s []rune) int {
	n := 0
	for i := 0; i < len(s); n++ {
		i += run(s[i:])
	}
	return n
}

// run is the length of the run that s begins with; two characters are none yet.
func run(s []rune) int {
	if len(s) < 3 {
		return 1
	}
	step := s[1] - s[0]
	if step < -1 || step > 1 {
		return 1
	}
	n := 2
	for n < len(s) && s[n]-s[n-1] == step {
		n++
	}
	if n < 3 {
		return 1
	}
	return n
}
