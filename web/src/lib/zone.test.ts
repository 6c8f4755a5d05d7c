import { describe, expect, it } from "vitest";
import {
  addDays,
  dayOf,
  daysBetween,
  instantOf,
  isLocalDate,
  sameClock,
  today,
  wallClock,
  weekdayOf,
} from "./zone";

const at = (text: string) => Date.parse(text);

describe("instantOf", () => {
  it("knows both sides of a clock change", () => {
    expect(instantOf("2026-03-02", 9 * 60, "America/New_York")).toBe(at("2026-03-02T14:00:00Z"));
    expect(instantOf("2026-03-09", 9 * 60, "America/New_York")).toBe(at("2026-03-09T13:00:00Z"));
  });

  it("moves a wall clock that never comes on by the gap", () => {
    expect(instantOf("2026-03-29", 2 * 60 + 30, "Europe/Berlin")).toBe(at("2026-03-29T03:30:00+02:00"));
  });

  it("takes the first of a wall clock that comes twice", () => {
    expect(instantOf("2026-10-25", 2 * 60 + 30, "Europe/Berlin")).toBe(at("2026-10-25T02:30:00+02:00"));
    expect(instantOf("2026-11-01", 90, "America/New_York")).toBe(at("2026-11-01T01:30:00-04:00"));
  });

  it("reads minutes past midnight as the next day", () => {
    expect(instantOf("2026-05-01", 26 * 60, "Europe/Berlin")).toBe(at("2026-05-02T02:00:00+02:00"));
  });

  it("handles half-hour shifts", () => {
    const zone = "Australia/Lord_Howe";
    expect(wallClock(instantOf("2026-10-04", 600, zone), zone)).toEqual({ date: "2026-10-04", minutes: 600 });
  });
});

it("turns instants into wall clocks and back", () => {
  for (const zone of ["Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC"]) {
    for (const minutes of [0, 1, 719, 1439]) {
      expect(wallClock(instantOf("2026-06-15", minutes, zone), zone)).toEqual({
        date: "2026-06-15",
        minutes,
      });
    }
  }
});

it("gives days their real length", () => {
  const hours = (date: string) => {
    const { from, to } = dayOf(date, "Europe/Berlin");
    return (to - from) / 3_600_000;
  };
  expect([hours("2026-03-28"), hours("2026-03-29"), hours("2026-10-25")]).toEqual([24, 23, 25]);
});

it("counts dates over months and years", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
  expect(daysBetween("2026-02-27", "2026-03-02")).toBe(3);
  expect(weekdayOf("2026-03-02")).toBe(1);
  expect(weekdayOf("2026-03-08")).toBe(7);
});

it("tells dates from other text", () => {
  expect(["2026-02-28", "2026-02-30", "tomorrow", "", null].map(isLocalDate)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it("knows what day it is elsewhere", () => {
  const now = at("2026-03-04T23:30:00Z");
  expect(today("Europe/Berlin", now)).toBe("2026-03-05");
  expect(today("America/New_York", now)).toBe("2026-03-04");
});

it("calls zones the same when their clocks are", () => {
  expect(sameClock("Europe/Berlin", "Europe/Paris", at("2026-03-04T12:00:00Z"))).toBe(true);
  expect(sameClock("Europe/Berlin", "Europe/London", at("2026-03-04T12:00:00Z"))).toBe(false);
});
