import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Customer, CustomerInput } from "@/api/types";

const key = ["customers"];

export function customerPages(q: string, archived: boolean) {
  return infiniteQueryOptions({
    queryKey: [...key, "pages", { q, archived }],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, archived, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      const page = await take(api.GET("/api/v1/customers", { params: { query }, signal }));
      return { data: page.data ?? [], next: page.next_cursor ?? null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** The few that match best, for a field that completes. */
export function customerMatches(q: string) {
  return queryOptions({
    queryKey: [...key, "matches", q],
    queryFn: async ({ signal }): Promise<Customer[]> => {
      const query = { limit: 8, ...(q ? { q } : {}) };
      return (await take(api.GET("/api/v1/customers", { params: { query }, signal }))).data ?? [];
    },
    placeholderData: (before) => before,
  });
}

export function customer(id: string) {
  return queryOptions({
    queryKey: [...key, id],
    queryFn: ({ signal }): Promise<Customer> =>
      take(api.GET("/api/v1/customers/{id}", { params: { path: { id } }, signal })),
  });
}

function useChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: key });
  };
}

export function useSaveCustomer(id?: string) {
  return useMutation({
    mutationFn: (body: CustomerInput): Promise<Customer> =>
      id
        ? take(api.PATCH("/api/v1/customers/{id}", { params: { path: { id } }, body }))
        : take(api.POST("/api/v1/customers", { body })),
    onSuccess: useChanged(),
  });
}

export function useArchiveCustomer() {
  return useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/v1/customers/{id}", { params: { path: { id } } })),
    onSuccess: useChanged(),
  });
}
