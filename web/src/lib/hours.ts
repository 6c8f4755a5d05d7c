import { clockText, parseClock, weekdayName } from "./format";
import { addDays, dayOf, instantOf, type Interval, type LocalDate, weekdayOf } from "./zone";

/** One weekly opening window; "to" may pass midnight, up to "48:00". */
export interface Window {
  weekday: number;
  from: string;
  to: string;
}

/** What replaces the weekly hours of one local date; no windows is closed. */
export interface DateOverride {
  date: string;
  windows?: { from: string; to: string }[] | null;
}

export function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else if (next.to > next.from) merged.push({ ...next });
  }
  return merged;
}

export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common = a.flatMap((x) =>
    b.map((y) => ({ from: Math.max(x.from, y.from), to: Math.min(x.to, y.to) })),
  );
  return merge(common.filter((piece) => piece.from < piece.to));
}

export function without(range: Interval, taken: readonly Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let at = range.from;
  for (const piece of merge(taken)) {
    if (piece.from > at) gaps.push({ from: at, to: Math.min(piece.from, range.to) });
    at = Math.max(at, piece.to);
  }
  if (at < range.to) gaps.push({ from: at, to: range.to });
  return gaps.filter((gap) => gap.from < gap.to);
}

/** When it is open during one local day, by the date's own hours or the weekly ones, with what spills over from the night before. */
export function openOn(
  hours: readonly Window[],
  date: LocalDate,
  zone: string,
  overrides: readonly DateOverride[] = [],
): Interval[] {
  const starts = [addDays(date, -1), date];
  const windows = starts.flatMap((start) => {
    const own = overrides.find((override) => override.date === start);
    const planned = own ? (own.windows ?? []) : hours.filter(({ weekday }) => weekday === weekdayOf(start));
    return planned.map(({ from, to }) => ({
      from: instantOf(start, parseClock(from) ?? 0, zone),
      to: instantOf(start, parseClock(to) ?? 0, zone),
    }));
  });
  return intersect(windows, [dayOf(date, zone)]);
}

/** What people type: an end at or before the start means the next day. */
export function spokenEnd(window: Window): string {
  const to = parseClock(window.to) ?? 0;
  return clockText(to > 1440 ? to - 1440 : to === 1440 ? 0 : to);
}

export function wireEnd(from: string, spoken: string): string {
  const start = parseClock(from) ?? 0;
  const end = parseClock(spoken) ?? 0;
  return clockText(end <= start ? end + 1440 : end);
}

export function overMidnight(window: Window): boolean {
  return (parseClock(window.to) ?? 0) > 1440;
}

/** "Mon to Fri 09:00–17:00, Sat 10:00–14:00" */
export function hoursSummary(hours: readonly Window[]): string {
  const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) =>
    hours
      .filter((window) => window.weekday === weekday)
      .sort((a, b) => a.from.localeCompare(b.from))
      .map((window) => `${window.from}–${spokenEnd(window)}`)
      .join(" and "),
  );
  const groups: string[] = [];
  for (let first = 0; first < 7; first++) {
    const text = days[first];
    if (!text) continue;
    let last = first;
    while (days[last + 1] === text) last++;
    const name = (index: number) => weekdayName(index + 1, "short");
    const span =
      last === first ? name(first) : `${name(first)}${last === first + 1 ? ", " : " to "}${name(last)}`;
    groups.push(`${span} ${text}`);
    first = last;
  }
  return groups.join(" · ");
}
