import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, takeAll } from "@/api/client";
import type { Block, BlockInput } from "@/api/types";

/** What a block belongs to: one resource's time off, or the closure of a whole location. */
export type Owner = { resource_id: string } | { location_id: string };

interface Range {
  from: string;
  to?: string;
}

const key = ["blocks"];

export function blocks(range: Range, owner?: Owner) {
  return queryOptions({
    queryKey: [...key, range, owner],
    queryFn: ({ signal }): Promise<Block[]> =>
      takeAll((cursor) =>
        api.GET("/api/v1/blocks", { params: { query: { ...range, ...owner, limit: 200, cursor } }, signal }),
      ),
  });
}

function useChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: ["availability"] });
  };
}

export function useAddBlock() {
  return useMutation({
    mutationFn: (body: BlockInput): Promise<Block> => take(api.POST("/api/v1/blocks", { body })),
    onSuccess: useChanged(),
  });
}

export function useRemoveBlock() {
  return useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/v1/blocks/{id}", { params: { path: { id } } })),
    onSuccess: useChanged(),
  });
}
