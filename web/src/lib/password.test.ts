import { describe, expect, it } from "vitest";
import { LONG, LONG_WITH_FACTOR, passwordRules } from "./password";

const rules = (password: string, personal: string[] = [], least = LONG) =>
  passwordRules(password, { least, personal });

describe("passwordRules", () => {
  it("counts characters as people see them", () => {
    expect(rules("correct horse b").length).toBe(true);
    expect(rules("correct horse ").length).toBe(false);
    expect(rules("🐎🐎🐎🐎🐎🐎🐎🐎", [], LONG_WITH_FACTOR).length).toBe(true);
    expect(rules("a".repeat(129)).length).toBe(false);
  });

  it("takes out names and addresses before it looks at what is left", () => {
    expect(rules("anna.smith.1987", ["Anna Smith", "anna@salon.test"]).personal).toBe(false);
    expect(rules("smoothschedule1", []).personal).toBe(false);
    expect(rules("anna keeps eleven goats", ["Anna Smith"]).personal).toBe(true);
  });

  it("refuses runs of characters", () => {
    expect(rules("aaaaaaaaaaaaaaaa").sequence).toBe(false);
    expect(rules("abcdefghijklmnop").sequence).toBe(false);
    expect(rules("ponmlkjihgfedcba").sequence).toBe(false);
    expect(rules("abcdefghijklmnoz").sequence).toBe(true);
  });
});
