export interface Money {
  amount: number;
  currency: string;
}

function digits(currency: string): number {
  const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

export function moneyText({ amount, currency }: Money): string {
  const places = digits(currency);
  const whole = amount % 10 ** places === 0;
  return new Intl.NumberFormat("en-GB", {
    style: "currency",
    currency,
    minimumFractionDigits: whole ? 0 : places,
  }).format(amount / 10 ** places);
}

export function toMajor({ amount, currency }: Money): number {
  return amount / 10 ** digits(currency);
}

export function fromMajor(value: number, currency: string): Money {
  return { amount: Math.round(value * 10 ** digits(currency)), currency };
}

export function currencyDigits(currency: string): number {
  return digits(currency);
}
