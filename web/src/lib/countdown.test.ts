import { expect, it } from "vitest";
import { countdownText } from "./countdown";

it("counts down in minutes and seconds, with hours only when there are many", () => {
  expect(countdownText(299_001)).toBe("05:00");
  expect(countdownText(61_000)).toBe("01:01");
  expect(countdownText(3_600_000)).toBe("60:00");
  expect(countdownText(6_000_000)).toBe("1:40:00");
});

it("ends at zero and stays there", () => {
  expect(countdownText(1)).toBe("00:01");
  expect(countdownText(0)).toBe("00:00");
  expect(countdownText(-5000)).toBe("00:00");
});
