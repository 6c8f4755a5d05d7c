import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, takeAll } from "@/api/client";
import type { Service, ServiceInput } from "@/api/types";

const key = ["services"];

export function services(archived = false) {
  return queryOptions({
    queryKey: [...key, { archived }],
    queryFn: ({ signal }): Promise<Service[]> =>
      takeAll((cursor) =>
        api.GET("/api/v1/services", { params: { query: { limit: 200, archived, cursor } }, signal }),
      ),
    staleTime: 60_000,
  });
}

function useChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: ["availability"] });
  };
}

export function useSaveService(id: string | undefined) {
  return useMutation({
    mutationFn: (body: ServiceInput): Promise<Service> =>
      id
        ? take(api.PATCH("/api/v1/services/{id}", { params: { path: { id } }, body }))
        : take(api.POST("/api/v1/services", { body })),
    onSuccess: useChanged(),
  });
}

export function useArchiveService() {
  return useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/v1/services/{id}", { params: { path: { id } } })),
    onSuccess: useChanged(),
  });
}
