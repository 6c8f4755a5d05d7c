import { describe, expect, it } from "vitest";
import {
  clockText,
  dayText,
  durationText,
  longDayText,
  parseClock,
  parseSpokenTime,
  weekdayName,
  whenText,
  zoneCity,
} from "./format";

const year = new Date().getFullYear();

it("says times as people do", () => {
  expect(longDayText("2024-03-05")).toBe("Tuesday 5 March 2024");
  expect(dayText(`${year}-03-04`)).toMatch(/^\w{3} 4 March$/);
  expect(whenText(`${year}-03-04T09:30:00Z`, "Europe/Berlin")).toMatch(/^\w{3} 4 March, 10:30$/);
  expect(weekdayName(1)).toBe("Monday");
  expect(weekdayName(7, "short")).toBe("Sun");
  expect(zoneCity("America/New_York")).toBe("New York");
});

it("says durations", () => {
  expect([20, 60, 90].map(durationText)).toEqual(["20 min", "1 h", "1 h 30 min"]);
});

it("keeps counting past midnight", () => {
  expect(clockText(26 * 60)).toBe("26:00");
  expect(parseClock("26:00")).toBe(26 * 60);
  expect(parseClock("48:01")).toBeNull();
  expect(parseClock("10:60")).toBeNull();
});

describe("parseSpokenTime", () => {
  it.each([
    ["9", 540],
    ["09:30", 570],
    ["930", 570],
    ["9.30", 570],
    ["2pm", 840],
    ["12 am", 0],
    ["2:15 PM", 855],
    ["24:00", null],
    ["13pm", null],
    ["9:75", null],
    ["soon", null],
    ["", null],
  ])("reads %s", (text, minutes) => {
    expect(parseSpokenTime(text)).toBe(minutes);
  });
});
