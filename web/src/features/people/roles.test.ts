import { describe, expect, it } from "vitest";
import { invitable } from "./roles";

describe("invitable", () => {
  it("offers owners their whole team, managers only staff", () => {
    expect(invitable("people", "TENANT_OWNER")).toContain("TENANT_OWNER");
    expect(invitable("people", "TENANT_MANAGER")).toEqual(["TENANT_STAFF"]);
  });

  it("offers the platform's managers only those below them", () => {
    expect(invitable("platform", "PLATFORM_MANAGER")).toEqual(["PLATFORM_SUPPORT", "PLATFORM_SALES"]);
    expect(invitable("platform", "SUPERUSER")).toContain("SUPERUSER");
  });

  it("never mixes the two sides", () => {
    expect(invitable("people", "SUPERUSER").some((role) => role.startsWith("PLATFORM"))).toBe(false);
    expect(invitable("platform", "TENANT_OWNER").some((role) => role.startsWith("TENANT"))).toBe(false);
  });
});
