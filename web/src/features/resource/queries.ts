import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, takeAll } from "@/api/client";
import type { Resource, ResourceInput } from "@/api/types";

const key = ["resources"];

export function resources(archived = false) {
  return queryOptions({
    queryKey: [...key, { archived }],
    queryFn: ({ signal }): Promise<Resource[]> =>
      takeAll((cursor) =>
        api.GET("/api/v1/resources", { params: { query: { limit: 200, archived, cursor } }, signal }),
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

export function useSaveResource(id: string | undefined) {
  return useMutation({
    mutationFn: (body: ResourceInput): Promise<Resource> =>
      id
        ? take(api.PATCH("/api/v1/resources/{id}", { params: { path: { id } }, body }))
        : take(api.POST("/api/v1/resources", { body })),
    onSuccess: useChanged(),
  });
}

export function useArchiveResource() {
  return useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/v1/resources/{id}", { params: { path: { id } } })),
    onSuccess: useChanged(),
  });
}
