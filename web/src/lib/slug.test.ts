import { expect, it } from "vitest";
import { slugOf, slugShape } from "./slug";

it("makes an address of a name", () => {
  expect(slugOf("Anna’s Café & Bar")).toBe("annas-cafe-bar");
  expect(slugOf("Straße 7")).toBe("strasse-7");
  expect(slugOf("1st Cut")).toBe("st-cut");
  expect(slugOf("美容室")).toBe("");
});

it("proposes nothing that has the wrong shape for its length", () => {
  const long = slugOf(`${"long name ".repeat(8)}end`);
  expect(long.length).toBeLessThanOrEqual(40);
  expect(slugShape(long)).toBe(true);
});

it("knows the shape", () => {
  expect(slugShape("abc")).toBe(true);
  expect(slugShape("ab")).toBe(false);
  expect(slugShape("1ab")).toBe(false);
  expect(slugShape("ab-")).toBe(false);
});
