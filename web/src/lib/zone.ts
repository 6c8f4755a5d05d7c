// Wall clocks and instants. Dates are "YYYY-MM-DD", times of day are minutes, instants are milliseconds.
// Everything rests on Intl, which carries the browser's own zone database.

export type LocalDate = string;

export interface Wall {
  date: LocalDate;
  minutes: number;
}

export interface Interval {
  from: number;
  to: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

function asIfUTC(instant: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of wallFormat(zone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offset(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1000) * 1000;
  return asIfUTC(whole, zone) - whole;
}

function utc(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function isoDate(instant: number): LocalDate {
  return new Date(instant).toISOString().slice(0, 10);
}

export function wallClock(instant: number, zone: string): Wall {
  const local = asIfUTC(instant, zone);
  const date = isoDate(local);
  return { date, minutes: Math.floor((local - utc(date)) / MINUTE) };
}

/** The instant of a wall clock; the first one when it comes twice, and moved on by the gap when it never comes. */
export function instantOf(date: LocalDate, minutes: number, zone: string): number {
  const local = utc(date) + minutes * MINUTE;
  const before = local - offset(local - DAY, zone);
  const after = local - offset(local + DAY, zone);
  const match = [before, after].sort((a, b) => a - b).find((at) => asIfUTC(at, zone) === local);
  return match ?? before;
}

/** Midnight to midnight, 23, 24 or 25 hours. */
export function dayOf(date: LocalDate, zone: string): Interval {
  return { from: instantOf(date, 0, zone), to: instantOf(addDays(date, 1), 0, zone) };
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return isoDate(utc(date) + days * DAY);
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((utc(to) - utc(from)) / DAY);
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(date: LocalDate): number {
  return ((new Date(utc(date)).getUTCDay() + 6) % 7) + 1;
}

export function isLocalDate(text: string | null | undefined): text is LocalDate {
  return (
    !!text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && isoDate(utc(text)) === text
  );
}

export function today(zone: string, now: number = Date.now()): LocalDate {
  return wallClock(now, zone).date;
}

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Whether two zones show the same clock at an instant, however they are called. */
export function sameClock(a: string, b: string, at: number): boolean {
  return a === b || offset(at, a) === offset(at, b);
}

export function knownZones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}
