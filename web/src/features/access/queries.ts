import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { pagesOf } from "@/api/pages";
import type { Access } from "@/api/types";

export const accessPages = () =>
  pagesOf<Access>(["access", "pages"], (cursor, signal) =>
    api.GET("/api/v1/access-log", { params: { query: { limit: 50, cursor } }, signal }),
  );

export function access(id: string) {
  return queryOptions({
    queryKey: ["access", id],
    queryFn: ({ signal }) => take(api.GET("/api/v1/access-log/{id}", { params: { path: { id } }, signal })),
  });
}
