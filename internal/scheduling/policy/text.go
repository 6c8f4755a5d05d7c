package policy

import (
	"fmt"
	"strings"

	"golang.org/x/text/currency"

	"smoothschedule/internal/kit/money"
)

// Text writes an amount for people, such as 45.00 EUR, with as many decimals as its currency has.
func Text(m money.Money) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	text := fmt.Sprintf("%0*d", digits+1, m.Amount)
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	return strings.TrimSpace(text + " " + m.Currency)
}
