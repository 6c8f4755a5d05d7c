import { type LocalDate, wallClock } from "./zone";

// One locale until languages can be chosen: day before month, 24 hours.
const LOCALE = "en-GB";

const cached = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let found = cached.get(key);
  if (!found) cached.set(key, (found = new Intl.DateTimeFormat(LOCALE, options)));
  return found;
}

function dateText(date: LocalDate, options: Intl.DateTimeFormatOptions): string {
  return format({ ...options, timeZone: "UTC" }).format(Date.parse(`${date}T12:00:00Z`));
}

const yearIfNotNow = (date: LocalDate) =>
  date.startsWith(String(new Date().getFullYear())) ? {} : { year: "numeric" as const };

/** "Tue 4 March" */
export function dayText(date: LocalDate): string {
  const rest = dateText(date, { day: "numeric", month: "long", ...yearIfNotNow(date) });
  return `${dateText(date, { weekday: "short" })} ${rest}`;
}

/** "Tuesday 4 March" */
export function longDayText(date: LocalDate): string {
  const rest = dateText(date, { day: "numeric", month: "long", ...yearIfNotNow(date) });
  return `${dateText(date, { weekday: "long" })} ${rest}`;
}

export const dayNumber = (date: LocalDate) => String(Number(date.slice(8)));

export function weekdayName(weekday: number, width: "short" | "long" = "long"): string {
  // 1 January 2024 was a Monday.
  return dateText(`2024-01-0${weekday}`, { weekday: width });
}

/** 570 is "09:30"; past midnight it goes on counting: 1560 is "26:00". */
export function clockText(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function parseClock(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 48 * 60 ? minutes : null;
}

/** Reads a time as people type it: "9", "930", "9:30", "9.30", "2pm". */
export function parseSpokenTime(text: string): number | null {
  const match = /^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?$/i.exec(text.trim());
  if (!match) return null;
  const half = match[3]?.toLowerCase();
  const hour = Number(match[1]);
  if (half && (hour < 1 || hour > 12)) return null;
  const hours = half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour;
  const minutes = Number(match[2] ?? 0);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}

export function timeText(instant: number | string, zone: string): string {
  return clockText(wallClock(toMillis(instant), zone).minutes);
}

/** "Tue 4 March, 10:30" */
export function whenText(instant: number | string, zone: string): string {
  return `${dayText(wallClock(toMillis(instant), zone).date)}, ${timeText(instant, zone)}`;
}

/** "GMT+1" or "EDT", as people write it. */
export function zoneAbbreviation(instant: number, zone: string): string {
  const parts = format({ timeZone: zone, timeZoneName: "short", hour: "2-digit" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** "America/New_York" is "New York". */
export function zoneCity(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function toMillis(instant: number | string): number {
  return typeof instant === "number" ? instant : Date.parse(instant);
}

/** "March 2026" */
export const monthYearText = (date: LocalDate) => dateText(date, { month: "long", year: "numeric" });

/** "just now", "5 minutes ago", "yesterday"; older than a month it is the day. */
export function agoText(instant: string, zone: string, now: number = Date.now()): string {
  const minutes = Math.round((toMillis(instant) - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
  if (minutes > -1) return relative.format(0, "second");
  if (minutes > -60) return relative.format(minutes, "minute");
  if (minutes > -60 * 24) return relative.format(Math.round(minutes / 60), "hour");
  if (minutes > -60 * 24 * 31) return relative.format(Math.round(minutes / 60 / 24), "day");
  return dayText(wallClock(toMillis(instant), zone).date);
}

/** "4.2 MB" */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? "B"}`;
}
