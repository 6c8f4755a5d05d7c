import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Managed } from "@/api/types";

const key = (token: string) => ["managed", token];

/** The appointment that a link opens. It is asked for by POST: the token belongs in no address. */
export function useManaged(token: string) {
  return useQuery({
    queryKey: key(token),
    queryFn: ({ signal }) =>
      take(api.POST("/api/v1/public/appointments/manage", { body: { token }, signal })),
    enabled: token !== "",
    retry: false,
  });
}

export function useCancelByLink(token: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (fee: Managed["cancel"]["fee"]) =>
      take(
        api.POST("/api/v1/public/appointments/manage/cancel", {
          body: { token, ...(fee.amount > 0 ? { fee } : {}) },
        }),
      ),
    onSuccess: (now) => queries.setQueryData(key(token), now),
    onError: () => queries.invalidateQueries({ queryKey: key(token) }),
  });
}

export function useMoveByLink(token: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (start: string) =>
      take(api.POST("/api/v1/public/appointments/manage/reschedule", { body: { token, start } })),
    onSuccess: (now) => queries.setQueryData(key(token), now),
    onSettled: () => queries.invalidateQueries({ queryKey: ["availability"] }),
  });
}
