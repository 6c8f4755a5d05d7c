import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { asQuery, pagesOf } from "@/api/pages";
import type { Domain } from "@/api/types";

export type DomainScope = "own" | "platform";

interface Filters {
  tenant_id?: string;
  status?: string;
  query?: string;
}

const key = ["domains"];
const at = (id: string) => ({ params: { path: { id } } });

export function domainPages(scope: DomainScope, filters: Filters) {
  return pagesOf<Domain>([...key, scope, filters], (cursor, signal) =>
    scope === "platform"
      ? api.GET("/api/v1/platform/domains", {
          params: { query: asQuery<"/api/v1/platform/domains">({ limit: 50, cursor, ...filters }) },
          signal,
        })
      : api.GET("/api/v1/domains", { params: { query: { limit: 50, cursor } }, signal }),
  );
}

function useDomainChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: key });
    },
  });
}

export function useDomainActions(scope: DomainScope) {
  const platform = scope === "platform";
  return {
    add: useDomainChange(({ host, tenant_id }: { host: string; tenant_id: string }): Promise<Domain> =>
      platform
        ? take(api.POST("/api/v1/platform/domains", { body: { host, tenant_id } }))
        : take(api.POST("/api/v1/domains", { body: { host } })),
    ),
    verify: useDomainChange((id: string): Promise<Domain> =>
      platform
        ? take(api.POST("/api/v1/platform/domains/{id}/verify", at(id)))
        : take(api.POST("/api/v1/domains/{id}/verify", at(id))),
    ),
    primary: useDomainChange((id: string): Promise<Domain> =>
      platform
        ? take(api.POST("/api/v1/platform/domains/{id}/primary", at(id)))
        : take(api.POST("/api/v1/domains/{id}/primary", at(id))),
    ),
    remove: useDomainChange((id: string) =>
      platform
        ? take(api.DELETE("/api/v1/platform/domains/{id}", at(id)))
        : take(api.DELETE("/api/v1/domains/{id}", at(id))),
    ),
  };
}
