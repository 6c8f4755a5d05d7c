import { api } from "@/api/client";
import { asQuery, pagesOf } from "@/api/pages";
import type { AuditEntry } from "@/api/types";
import { addDays, instantOf, isLocalDate, viewerZone } from "@/lib/zone";

export type AuditScope = "own" | "platform";

export interface AuditFilters {
  query?: string;
  action?: string;
  result?: string;
  tenant_id?: string;
  user_id?: string;
  /** Days, as the reader's clock has them. */
  from?: string;
  to?: string;
}

/** Days become instants: the first one's beginning, the last one's end. */
export function auditQuery({ from, to, ...rest }: AuditFilters): Record<string, string> {
  const zone = viewerZone();
  const instant = (date: string) => new Date(instantOf(date, 0, zone)).toISOString();
  return {
    ...rest,
    ...(isLocalDate(from) ? { from: instant(from) } : {}),
    ...(isLocalDate(to) ? { to: instant(addDays(to, 1)) } : {}),
  };
}

export function auditPages(scope: AuditScope, filters: AuditFilters) {
  return pagesOf<AuditEntry>(["audit", scope, filters], (cursor, signal) => {
    const all = { limit: 50, cursor, ...auditQuery(filters) };
    return scope === "platform"
      ? api.GET("/api/v1/platform/audit", {
          params: { query: asQuery<"/api/v1/platform/audit">(all) },
          signal,
        })
      : api.GET("/api/v1/audit", { params: { query: asQuery<"/api/v1/audit">(all) }, signal });
  });
}

export function exportLink(filters: AuditFilters, format: "csv" | "ndjson"): string {
  return `/api/v1/platform/audit/export?${new URLSearchParams({ ...auditQuery(filters), format }).toString()}`;
}
