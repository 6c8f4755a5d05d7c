import { expect, it } from "vitest";
import { guessCurrency } from "./currency";

it("guesses a currency from a zone, the exceptions before the continents", () => {
  expect(guessCurrency("Europe/Berlin")).toBe("EUR");
  expect(guessCurrency("Europe/London")).toBe("GBP");
  expect(guessCurrency("America/New_York")).toBe("USD");
  expect(guessCurrency("America/St_Johns")).toBe("CAD");
});
