import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { asQuery, pagesOf } from "@/api/pages";
import type { Signup, Tenant, TenantDetail, TenantInput } from "@/api/types";

const key = ["tenants"];

export interface TenantFilters {
  query?: string;
  tier?: string;
  status?: string;
  demo?: string;
}

export function tenantPages(filters: TenantFilters) {
  return pagesOf<Tenant>([...key, "pages", filters], (cursor, signal) =>
    api.GET("/api/v1/platform/tenants", {
      params: { query: asQuery<"/api/v1/platform/tenants">({ limit: 50, cursor, ...filters }) },
      signal,
    }),
  );
}

export async function findTenants(query: string, signal: AbortSignal): Promise<Tenant[]> {
  const params = { query: { limit: 10, ...(query ? { query } : {}) } };
  return (await take(api.GET("/api/v1/platform/tenants", { params, signal }))).data ?? [];
}

export function tenant(id: string) {
  return queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }): Promise<TenantDetail> =>
      take(api.GET("/api/v1/platform/tenants/{id}", { params: { path: { id } }, signal })),
  });
}

function useTenantChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: key });
    },
  });
}

export const useCreateTenant = () =>
  useTenantChange((body: TenantInput): Promise<Signup> =>
    take(api.POST("/api/v1/platform/tenants", { body })),
  );

/** How far a new business is; asked again until it is ready or cannot be made. */
export function signupOf(id: string) {
  return queryOptions({
    queryKey: ["signups", id],
    queryFn: ({ signal }): Promise<Signup> =>
      take(api.GET("/api/v1/platform/signups/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.state === "READY" || data?.state === "FAILED" ? false : 1000,
  });
}

export function useTenantActions(id: string) {
  const path = { params: { path: { id } } };
  return {
    change: useTenantChange((body: { tier: Tenant["tier"] }) =>
      take(api.PATCH("/api/v1/platform/tenants/{id}", { ...path, body })),
    ),
    suspend: useTenantChange((reason: string) =>
      take(api.POST("/api/v1/platform/tenants/{id}/suspend", { ...path, body: { reason } })),
    ),
    reactivate: useTenantChange(() => take(api.POST("/api/v1/platform/tenants/{id}/reactivate", path))),
    extend: useTenantChange((days: number) =>
      take(api.POST("/api/v1/platform/tenants/{id}/extend", { ...path, body: { days } })),
    ),
  };
}
