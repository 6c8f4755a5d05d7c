import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, takeAll } from "@/api/client";
import type { Location, LocationInput } from "@/api/types";

const key = ["locations"];

export function locations(archived = false) {
  return queryOptions({
    queryKey: [...key, { archived }],
    queryFn: ({ signal }): Promise<Location[]> =>
      takeAll((cursor) =>
        api.GET("/api/v1/locations", { params: { query: { limit: 200, archived, cursor } }, signal }),
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

export function useSaveLocation(id: string | undefined) {
  return useMutation({
    mutationFn: (body: LocationInput): Promise<Location> =>
      id
        ? take(api.PATCH("/api/v1/locations/{id}", { params: { path: { id } }, body }))
        : take(api.POST("/api/v1/locations", { body })),
    onSuccess: useChanged(),
  });
}

export function useArchiveLocation() {
  return useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/v1/locations/{id}", { params: { path: { id } } })),
    onSuccess: useChanged(),
  });
}
