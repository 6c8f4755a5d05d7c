export const LONG = 15;
export const LONG_WITH_FACTOR = 8;
const MOST = 128;

export type Rule = "length" | "personal" | "sequence";

interface Known {
  /** How many characters it needs. */
  least: number;
  /** Names and addresses that make it easy to guess. */
  personal: readonly string[];
}

/** What the server checks too, said while somebody types; the list of common passwords is the server's alone. */
export function passwordRules(password: string, { least, personal }: Known): Record<Rule, boolean> {
  const length = Array.from(password.normalize("NFC")).length;
  return {
    length: length >= least && length <= MOST,
    personal: length > 0 && Array.from(without(password, personal)).length >= 8,
    sequence: length > 0 && !isSequence(password),
  };
}

function without(password: string, personal: readonly string[]): string {
  const parts = [...personal, "smoothschedule"].flatMap((text) => [text, ...text.split(/[\s@.\-_+]+/)]);
  return parts
    .filter((part) => part.length >= 3)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part.toLowerCase(), ""), password.toLowerCase());
}

/** "aaaaaaaa", "12345678", "hgfedcba": each character follows from the one before. */
function isSequence(password: string): boolean {
  const codes = Array.from(password.toLowerCase(), (character) => character.codePointAt(0) ?? 0);
  if (codes.length < 3) return true;
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return Math.abs(step) <= 1 && codes.every((code, at) => at === 0 || code - (codes[at - 1] ?? 0) === step);
}
