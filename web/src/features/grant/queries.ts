import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { asQuery, pagesOf } from "@/api/pages";
import type { Grant, GrantAction, GrantInput } from "@/api/types";

const key = ["grants"];

export interface GrantFilters {
  status?: string;
  action?: string;
  tenant_id?: string;
}

export function grantPages(filters: GrantFilters) {
  return pagesOf<Grant>([...key, "pages", filters], (cursor, signal) =>
    api.GET("/api/v1/grants", {
      params: { query: asQuery<"/api/v1/grants">({ limit: 50, cursor, ...filters }) },
      signal,
    }),
  );
}

/** What the signed-in person may grant, and to whom. */
export const grantActions = queryOptions({
  queryKey: ["grant-actions"],
  queryFn: async ({ signal }): Promise<GrantAction[]> =>
    (await take(api.GET("/api/v1/grants/actions", { signal }))).data ?? [],
  staleTime: 300_000,
});

function useGrantChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: key });
    },
  });
}

export const useGrant = () =>
  useGrantChange((body: GrantInput): Promise<Grant> => take(api.POST("/api/v1/grants", { body })));

export const useRevokeGrants = () =>
  useGrantChange((body: { ids: string[]; reason?: string }) =>
    take(api.POST("/api/v1/grants/bulk-revoke", { body })),
  );

/** Whom one may grant an action: people of the business that it is about, and the platform's staff. */
export async function findGrantees(action: string, tenantId: string, query: string, signal: AbortSignal) {
  const filters = { action, ...(query ? { query } : {}), ...(tenantId ? { tenant_id: tenantId } : {}) };
  return (await take(api.GET("/api/v1/grants/grantees", { params: { query: filters }, signal }))).data ?? [];
}
