import { describe, expect, it } from "vitest";
import {
  hoursSummary,
  intersect,
  merge,
  openOn,
  overMidnight,
  spokenEnd,
  type Window,
  wireEnd,
  without,
} from "./hours";
import { instantOf } from "./zone";

const zone = "Europe/Berlin";
const week = (weekdays: number[], from: string, to: string): Window[] =>
  weekdays.map((weekday) => ({ weekday, from, to }));

describe("openOn", () => {
  it("shows what spills over from the night before", () => {
    const friday = week([5], "22:00", "26:00");
    expect(openOn(friday, "2026-03-06", zone)).toEqual([
      { from: instantOf("2026-03-06", 22 * 60, zone), to: instantOf("2026-03-07", 0, zone) },
    ]);
    expect(openOn(friday, "2026-03-07", zone)).toEqual([
      { from: instantOf("2026-03-07", 0, zone), to: instantOf("2026-03-07", 120, zone) },
    ]);
  });

  it("takes a date's own hours instead, and leaves what spills over from the night before", () => {
    const nights = week([4, 5], "22:00", "26:00");
    const closed = [{ date: "2026-03-06", windows: [] }];
    expect(openOn(nights, "2026-03-06", zone, closed)).toEqual([
      { from: instantOf("2026-03-06", 0, zone), to: instantOf("2026-03-06", 120, zone) },
    ]);
    const noon = [{ date: "2026-03-07", windows: [{ from: "12:00", to: "13:00" }] }];
    expect(openOn([], "2026-03-07", zone, noon)).toEqual([
      { from: instantOf("2026-03-07", 720, zone), to: instantOf("2026-03-07", 780, zone) },
    ]);
  });

  it("merges windows that touch and keeps breaks", () => {
    const hours = [
      ...week([1], "09:00", "12:00"),
      ...week([1], "12:00", "13:00"),
      ...week([1], "14:00", "17:00"),
    ];
    expect(openOn(hours, "2026-03-02", zone)).toHaveLength(2);
    expect(openOn(hours, "2026-03-03", zone)).toEqual([]);
  });
});

it("does arithmetic on half-open spans", () => {
  const span = (from: number, to: number) => ({ from, to });
  expect(merge([span(5, 7), span(1, 3), span(3, 4)])).toEqual([span(1, 4), span(5, 7)]);
  expect(intersect([span(0, 10)], [span(2, 4), span(8, 12)])).toEqual([span(2, 4), span(8, 10)]);
  expect(without(span(0, 10), [span(-5, 2), span(4, 5), span(9, 20)])).toEqual([span(2, 4), span(5, 9)]);
  expect(without(span(0, 10), [span(20, 30)])).toEqual([span(0, 10)]);
});

it("speaks of ends as people do", () => {
  expect(spokenEnd({ weekday: 5, from: "22:00", to: "26:00" })).toBe("02:00");
  expect(spokenEnd({ weekday: 5, from: "00:00", to: "24:00" })).toBe("00:00");
  expect(wireEnd("22:00", "02:00")).toBe("26:00");
  expect(wireEnd("00:00", "00:00")).toBe("24:00");
  expect(wireEnd("09:00", "17:00")).toBe("17:00");
  expect(overMidnight({ weekday: 5, from: "22:00", to: "26:00" })).toBe(true);
});

it("sums up a week", () => {
  const hours = [...week([1, 2, 3, 4, 5], "09:00", "17:00"), ...week([6, 7], "10:00", "14:00")];
  expect(hoursSummary(hours)).toBe("Mon to Fri 09:00–17:00 · Sat, Sun 10:00–14:00");
  expect(hoursSummary([...week([1], "14:00", "18:00"), ...week([1], "09:00", "12:00")])).toBe(
    "Mon 09:00–12:00 and 14:00–18:00",
  );
  expect(hoursSummary([])).toBe("");
});
