import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

export function tenantPages() {
  return infiniteQueryOptions({
    queryKey: ["tenants"],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) };
      const page = await take(api.GET("/api/v1/platform/tenants", { params: { query }, signal }));
      return { data: page.data ?? [], next: page.next_cursor ?? null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
