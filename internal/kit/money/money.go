// Package money holds amounts with their currency.
package money

// Money is an amount in minor units, such as cents, of a currency.
type Money struct {
	Amount   int64  `json:"amount" minimum:"0" maximum:"100000000000" doc:"Minor units of the currency: 2500 is 25.00 EUR."`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217."`
}
