import { expect, it } from "vitest";
import { auditQuery, exportLink } from "./queries";

// Tests run in a zone three and a half hours behind Greenwich in winter, two and a half in summer.
it("turns days of the reader into instants, the last day included", () => {
  expect(auditQuery({ from: "2026-01-05", to: "2026-01-05" })).toEqual({
    from: "2026-01-05T03:30:00.000Z",
    to: "2026-01-06T03:30:00.000Z",
  });
});

it("leaves out what is no day and keeps the other filters", () => {
  expect(auditQuery({ from: "yesterday", action: "LOGIN" })).toEqual({ action: "LOGIN" });
});

it("exports what is shown", () => {
  expect(exportLink({ action: "LOGIN", from: "2026-07-01" }, "csv")).toBe(
    "/api/v1/platform/audit/export?action=LOGIN&from=2026-07-01T02%3A30%3A00.000Z&format=csv",
  );
});
