import { describe, expect, it } from "vitest";
import { errorText } from "@/ui/errorText";
import { ApiError, isApiError } from "./error";

const refusal = ApiError.from(422, {
  code: "validation_failed",
  detail: "Check the marked fields.",
  errors: [
    { location: "body.name", message: "Too long" },
    { location: "body.opening_hours[0].from", message: "Not a time" },
    { location: "query.to", message: "Too late" },
  ],
});

describe("ApiError", () => {
  it("says which fields of a form are meant", () => {
    expect(refusal.byField()).toEqual({
      name: "Too long",
      "opening_hours.0.from": "Not a time",
      to: "Too late",
    });
  });

  it("is recognised by its code", () => {
    expect(isApiError(refusal, "validation_failed", "other")).toBe(true);
    expect(isApiError(refusal, "other")).toBe(false);
    expect(isApiError(new Error("x"))).toBe(false);
  });

  it("survives an answer that is no problem document", () => {
    expect(ApiError.from(502, "<html>").code).toBe("unknown");
    expect(ApiError.from(502, undefined).fields).toEqual([]);
  });
});

describe("errorText", () => {
  it("passes on what people can act on and hides the rest", () => {
    expect(errorText(refusal)).toBe("Check the marked fields.");
    expect(errorText(new ApiError(0, {}))).toMatch(/cannot be reached/);
    expect(errorText(new ApiError(500, { detail: "pq: secret", request_id: "req_7" }))).toMatch(/req_7/);
    expect(errorText(new ApiError(500, { detail: "pq: secret" }))).not.toMatch(/secret/);
    expect(errorText(new TypeError("x is undefined"))).toMatch(/went wrong/);
  });
});
