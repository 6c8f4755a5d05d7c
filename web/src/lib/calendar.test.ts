import { expect, it } from "vitest";
import { dayRange, steps } from "./dayRange";
import { lanes } from "./lanes";
import { byDay, byPartOfDay } from "./slots";
import { instantOf, wallClock } from "./zone";

const zone = "Europe/Berlin";
const at = (minutes: number, date = "2026-03-04") => instantOf(date, minutes, zone);
const clock = (instant: number) => wallClock(instant, zone).minutes / 60;

it("draws an hour around the opening hours, and everything booked", () => {
  const open = [{ from: at(9 * 60 + 30), to: at(17 * 60) }];
  const late = [{ from: at(19 * 60), to: at(19 * 60 + 30) }];
  const range = dayRange("2026-03-04", zone, open, late);
  expect([clock(range.from), clock(range.to)]).toEqual([8, 20]);
});

it("draws office hours on a day without any", () => {
  const range = dayRange("2026-03-04", zone, [], []);
  expect([clock(range.from), clock(range.to)]).toEqual([8, 18]);
});

it("draws the day of a clock change with its real hours", () => {
  const open = [{ from: at(0, "2026-03-29"), to: at(0, "2026-03-30") }];
  expect(steps(dayRange("2026-03-29", zone, open, []), 60)).toHaveLength(23);
});

it("puts overlapping things in lanes, touching ones in one", () => {
  const spans = [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 5, to: 12 },
  ];
  const { placed, count } = lanes(spans, (span) => span);
  expect(count).toBe(2);
  expect(placed.map(({ item, lane }) => [item.from, lane])).toEqual([
    [0, 0],
    [5, 1],
    [10, 0],
  ]);
});

it("groups slots by day and part of day in the location's zone", () => {
  const slot = (start: string) => ({ start, end: start, resource_ids: [] });
  const slots = [
    slot("2026-03-04T10:00:00+01:00"),
    slot("2026-03-04T12:00:00+01:00"),
    slot("2026-03-04T17:00:00+01:00"),
    slot("2026-03-04T23:30:00Z"),
  ];
  expect([...byDay(slots, zone).keys()]).toEqual(["2026-03-04", "2026-03-05"]);
  expect(byPartOfDay(slots.slice(0, 3), zone).map(([part]) => part)).toEqual([
    "morning",
    "afternoon",
    "evening",
  ]);
});
