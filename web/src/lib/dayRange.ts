import { dayOf, instantOf, type Interval, type LocalDate } from "./zone";

const HOUR = 3_600_000;

/** The part of a day worth drawing: an hour around the opening hours and everything booked, in whole hours. */
export function dayRange(
  date: LocalDate,
  zone: string,
  open: readonly Interval[],
  busy: readonly Interval[],
): Interval {
  const day = dayOf(date, zone);
  const around = open.map(({ from, to }) => ({ from: from - HOUR, to: to + HOUR }));
  const shown = [...around, ...busy];
  if (shown.length === 0) return { from: instantOf(date, 8 * 60, zone), to: instantOf(date, 18 * 60, zone) };
  const from = Math.max(day.from, Math.min(...shown.map((piece) => piece.from)));
  const to = Math.min(day.to, Math.max(...shown.map((piece) => piece.to)));
  return {
    from: day.from + Math.floor((from - day.from) / HOUR) * HOUR,
    to: Math.min(day.to, day.from + Math.ceil((to - day.from) / HOUR) * HOUR),
  };
}

export function steps(range: Interval, minutes: number): number[] {
  const marks: number[] = [];
  for (let at = range.from; at < range.to; at += minutes * 60_000) marks.push(at);
  return marks;
}

export const minutesBetween = (from: number, to: number) => (to - from) / 60_000;
