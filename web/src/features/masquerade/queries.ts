import { type QueryClient, useMutation, useQuery } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import { follow } from "@/lib/links";

/** A page of this host, or the business's own address, where a code opens the session. */
export function useStartMasquerade() {
  return useMutation({
    mutationFn: (body: { user_id: string; reason?: string; return_path: string }) =>
      take(api.POST("/api/v1/masquerade", { body })),
    onSuccess: ({ redirect_url }) => {
      follow(redirect_url);
    },
  });
}

export function useRelease() {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/masquerade/release")),
    onSuccess: ({ redirect_url }) => {
      follow(redirect_url || "/");
    },
    onError: (error) => {
      // It ended by itself in the meantime: the own account is back already.
      if (isApiError(error, "not_masquerading")) window.location.assign("/");
    },
  });
}

const ELSEWHERE = ["masquerade-elsewhere"];

/** Notes that this session rests while its person acts as somebody else in another window. */
export function rest(queries: QueryClient, error: unknown): void {
  if (isApiError(error, "masquerade_active")) queries.setQueryData(ELSEWHERE, true);
}

export function useResting(): boolean {
  const { data } = useQuery({ queryKey: ELSEWHERE, queryFn: () => false, enabled: false });
  return data ?? false;
}
