package account_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"smoothschedule/internal/identity/account"
)

// Words that the messages begin or end with: each refusal has one reason.
const (
	tooShort   = "Use at least 15"
	tooShort8  = "Use at least 8"
	tooLong    = "Use at most 128"
	same       = "This is the password you have now"
	sequence   = "This password repeats"
	names      = "This password is little more than a name"
	common     = "This password is among the first"
	unreadable = "The password holds characters"
)

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	about := account.About{Names: []string{"Bella's Beauty Barn", "Jürgen Müller-Lüdenscheidt"}, Email: "jm+work@bella-barn.example"}
	mfa := about
	mfa.MFA = true
	changing := about
	changing.Current = "Caf\u00e9 au lait, bitte!"
	cases := map[string]struct {
		password string
		about    account.About
		want     string // "": fine
	}{
		"a sentence":                         {"the kettle sings at dawn", about, ""},
		"words without spaces":               {"correcthorsebatterystaple", about, ""},
		"no composition is asked for":        {"wvkqhzrbnxypltj", about, ""},
		"any Unicode":                        {"жёлтый зонт и чай", about, ""},
		"emoji":                              {"🦊 jumps over 🐢 twice", about, ""},
		"spaces at the ends count":           {"  kettle at dawn  ", about, ""},
		"14 characters":                      {"kettle at dawn", about, tooShort},
		"15 characters":                      {"kettle at dawn!", about, ""},
		"15 code points, not bytes":          {"жёлтый зонт", about, tooShort},
		"composed before counting":           {"kettle at dae\u0301n", about, tooShort},
		"8 with a second factor":             {"vK3#mzq9", mfa, ""},
		"7 with a second factor":             {"vK3#mzq", mfa, tooShort8},
		"128 characters":                     {strings.Repeat("kettle at dawn! ", 8)[:112] + "sixteen more now", about, ""},
		"129 characters":                     {strings.Repeat("k", 129), about, tooLong},
		"the current one":                    {"Café au lait, bitte!", changing, same},
		"the current one, written otherwise": {"Cafe\u0301 au lait, bitte!", changing, same},
		"another than the current one":       {"Tee mit Milch, bitte!", changing, ""},
		"the alphabet":                       {"abcdefghijklmnop", about, sequence},
		"the alphabet backwards":             {"zyxwvutsrqponmlk", about, sequence},
		"the alphabet in capitals":           {"ABCDEFGHIJKLMNOP", about, sequence},
		"another alphabet":                   {"абвгдежзийклмноп", about, sequence},
		"digits":                             {"123456789012345", about, sequence},
		"8 digits":                           {"12345678", mfa, sequence},
		"8 letters":                          {"abcdefgh", mfa, sequence},
		"alphabet and digits":                {"abcdefgh12345678", about, sequence},
		"one character":                      {"aaaaaaaaaaaaaaa", about, sequence},
		"8 times one character":              {"aaaaaaaa", mfa, sequence},
		"a few runs":                         {"aaaaabbbbbccccc", about, sequence},
		"a short pattern":                    {"abcabcabcabcabc", about, sequence},
		"a short pattern, cut off":           {"xK9$xK9$xK9$xK9", about, sequence},
		"a short pattern in mixed case":      {"XyzwXYZWxyzwxyzw", about, sequence},
		"a short pattern of another script":  {"пароль" + "пароль" + "пароль", about, sequence},
		"the keyboard":                       {"qwertyuiop", mfa, common},
		"two rows of the keyboard":           {"qwertyuiopasdfgh", about, common},
		"columns of the keyboard":            {"1q2w3e4r5t6y7u8i", about, common},
		"keyboard and digits":                {"qwertyuiop12345", about, common},
		"a common password":                  {"iloveyou", mfa, common},
		"a common password in capitals":      {"TRUSTNO1", mfa, common},
		"a common password and digits":       {"password1234567", about, common},
		"a common password, disguised":       {"p4ssw0rdp4ssw0rd", about, common},
		"a common password, backwards":       {"drowssapdrowssap", about, common},
		"a season twice":                     {"Summer2024Summer2024", about, common},
		"the product":                        {"SmoothSchedule2026", about, names},
		"the product within itself":          {"smoothSmoothScheduleschedule12", about, names},
		"the business":                       {"Bella's Beauty Barn!", about, names},
		"the business in one word":           {"bellabeautybarn2026", about, names},
		"the own name":                       {"jürgenmüller1985", about, names},
		"the own name, decomposed":           {norm.NFD.String("jürgenMÜLLER1985"), about, names},
		"the e-mail address":                 {"jm+work@bella-barn.example", about, names},
		"parts of the e-mail address":        {"work.example.bella", about, names},
		"a name and enough besides":          {"Bella drinks tea with a tortoise", about, ""},
		"bytes that are no text":             {"kettle at dawn \xff\xfe", about, unreadable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := account.PasswordProblem(c.password, c.about)
			if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("PasswordProblem(%q) = %q, want %q", c.password, got, c.want)
			}
		})
	}
}

// runes draws a password of any characters.
func runes(lo, hi int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return norm.NFC.String(string(rapid.SliceOfN(rapid.OneOf(rapid.RuneFrom([]rune("aAbB19$ @ä")), rapid.Rune()), lo, hi).Draw(t, "runes")))
	})
}

func TestNoShortPasswordPasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, mfa := runes(0, 20).Draw(t, "password"), rapid.Bool().Draw(t, "mfa")
		least := 15
		if mfa {
			least = 8
		}
		if utf8.RuneCountInString(p) < least && account.PasswordProblem(p, account.About{MFA: mfa}) == "" {
			t.Fatalf("%q passed", p)
		}
	})
}

func TestRepeatingFewCharactersNeverPasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// A mark at its beginning would combine with the end of the turn before, and some characters are several once normalized.
		pattern := runes(1, 7).Filter(func(p string) bool {
			return norm.NFC.FirstBoundaryInString(p) == 0 && utf8.RuneCountInString(p) <= 7
		}).Draw(t, "pattern")
		p := norm.NFC.String(strings.Repeat(pattern, 128))
		if n := rapid.IntRange(15, 128).Draw(t, "length"); utf8.RuneCountInString(p) > n {
			p = string([]rune(p)[:n])
		}
		if account.PasswordProblem(p, account.About{MFA: true}) == "" {
			t.Fatalf("%q passed", p)
		}
	})
}

func TestNamesNeverHelp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z]{3,12}`).Draw(t, "name")
		p, rest := "", rapid.StringMatching(`[0-9]{0,7}`).Draw(t, "rest")
		for i := range 8 {
			p += strings.Repeat(name, rapid.IntRange(0, 3).Draw(t, "times"))
			if i < len(rest) {
				p += rest[i : i+1]
			}
		}
		if account.PasswordProblem(p, account.About{MFA: true, Names: []string{name}}) == "" {
			t.Fatalf("%q passed beside the name %q", p, name)
		}
	})
}

// FuzzPasswordProblem: no input ends the program, the answer is a sentence, and both ways to write an accent are one password.
func FuzzPasswordProblem(f *testing.F) {
	for _, seed := range []string{"", "kettle at dawn!", "Cafe\u0301 au lait, bitte", "\xff", "пароль пароль пароль", "🦊🦊🦊🦊🦊🦊🦊🦊", strings.Repeat("(@", 64), strings.Repeat("12.12.2012", 12), "\x00\u202e\u0301"} {
		f.Add(seed, "Bella's Barn", true)
	}
	f.Fuzz(func(t *testing.T, password, name string, mfa bool) {
		about := account.About{MFA: mfa, Names: []string{name}, Email: name + "@example.com"}
		got := account.PasswordProblem(password, about)
		if got != "" && !strings.HasSuffix(got, ".") {
			t.Errorf("%q is no sentence", got)
		}
		if utf8.ValidString(password) && account.PasswordProblem(norm.NFD.String(password), about) != got {
			t.Errorf("%q is judged by how it is written", password)
		}
	})
}
