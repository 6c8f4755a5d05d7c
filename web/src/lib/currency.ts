/** Those that are offered first; any ISO 4217 code is possible. */
export const CURRENCIES = Intl.supportedValuesOf("currency");

const BY_ZONE: [RegExp, string][] = [
  [/^Europe\/London$|^Europe\/(Belfast|Jersey|Guernsey|Isle_of_Man)$/, "GBP"],
  [/^Europe\/(Zurich|Vaduz)$/, "CHF"],
  [/^Europe\/(Stockholm)$/, "SEK"],
  [/^Europe\/(Oslo)$/, "NOK"],
  [/^Europe\/(Copenhagen)$/, "DKK"],
  [/^Europe\/(Warsaw)$/, "PLN"],
  [/^Europe\/(Prague)$/, "CZK"],
  [/^Europe\/(Budapest)$/, "HUF"],
  [/^Europe\/(Bucharest)$/, "RON"],
  [/^Europe\/(Istanbul)$/, "TRY"],
  [/^Europe\//, "EUR"],
  [/^America\/(Toronto|Vancouver|Edmonton|Winnipeg|Halifax|St_Johns|Regina|Montreal|Moncton)$/, "CAD"],
  [/^America\/(Mexico_City|Tijuana|Monterrey|Cancun|Merida|Hermosillo)$/, "MXN"],
  [/^America\/(Sao_Paulo|Bahia|Fortaleza|Recife|Manaus)$/, "BRL"],
  [/^Australia\//, "AUD"],
  [/^Pacific\/Auckland$/, "NZD"],
  [/^Asia\/Tokyo$/, "JPY"],
  [/^Asia\/(Kolkata|Calcutta)$/, "INR"],
  [/^Asia\/Singapore$/, "SGD"],
  [/^Africa\/Johannesburg$/, "ZAR"],
];

/** The money that people in a time zone most likely use. */
export function guessCurrency(zone: string): string {
  return BY_ZONE.find(([shape]) => shape.test(zone))?.[1] ?? "USD";
}
