import { expect, it } from "vitest";
import { Attempt } from "./attempt";
import { fromMajor, moneyText, toMajor } from "./money";

it("writes money in its currency, with cents only when there are some", () => {
  expect(moneyText({ amount: 3800, currency: "EUR" })).toBe("€38");
  expect(moneyText({ amount: 3850, currency: "EUR" })).toBe("€38.50");
  expect(moneyText({ amount: 1200, currency: "JPY" })).toContain("1,200");
});

it("converts between minor and major units by currency", () => {
  expect(fromMajor(38.5, "EUR")).toEqual({ amount: 3850, currency: "EUR" });
  expect(fromMajor(0.29, "EUR").amount).toBe(29);
  expect(fromMajor(1200, "JPY").amount).toBe(1200);
  expect(toMajor({ amount: 1250, currency: "KWD" })).toBe(1.25);
});

it("keeps one key for one intention", () => {
  const attempt = new Attempt();
  const first = attempt.keyFor({ start: "10:00" });
  expect(attempt.keyFor({ start: "10:00" })).toBe(first);
  const other = attempt.keyFor({ start: "11:00" });
  expect(other).not.toBe(first);
  attempt.done();
  expect(attempt.keyFor({ start: "11:00" })).not.toBe(other);
});
