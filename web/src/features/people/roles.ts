import type { Role } from "@/api/unions";
import { roleName } from "@/features/session";
import type { Scope } from "./queries";

export const TENANT_ROLES: Role[] = ["TENANT_OWNER", "TENANT_MANAGER", "TENANT_STAFF", "CUSTOMER"];
export const PLATFORM_ROLES: Role[] = ["SUPERUSER", "PLATFORM_MANAGER", "PLATFORM_SALES", "PLATFORM_SUPPORT"];

/** Whom somebody may invite; the server decides, this only leaves out what it would refuse. */
export function invitable(scope: Scope, own: string | undefined): Role[] {
  if (scope === "people")
    return own === "TENANT_OWNER" ? ["TENANT_STAFF", "TENANT_MANAGER", "TENANT_OWNER"] : ["TENANT_STAFF"];
  return own === "SUPERUSER"
    ? ["PLATFORM_SUPPORT", "PLATFORM_SALES", "PLATFORM_MANAGER", "SUPERUSER"]
    : ["PLATFORM_SUPPORT", "PLATFORM_SALES"];
}

export const roleOptions = (roles: readonly string[]): [string, string][] =>
  roles.map((role) => [role, roleName(role)]);
