import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";
import { type Answer, take } from "./client";
import type { paths } from "./schema";

interface Page<T> {
  data?: T[] | null;
  next_cursor?: string | null;
}

type Read<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Answer<Page<T>>>;

/** A list that is read page by page, as somebody asks for more. */
export function pagesOf<T>(queryKey: QueryKey, read: Read<T>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam, signal }) => {
      const page = await take(read(pageParam ?? undefined, signal));
      return { data: page.data ?? [], next: page.next_cursor ?? null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? Q
  : never;

/** Filters come from the address as texts; a value that the server does not know, it refuses by itself. */
export function asQuery<P extends keyof paths>(filters: object): QueryOf<P> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as QueryOf<P>;
}
