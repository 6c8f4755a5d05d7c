import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take, takeAll } from "@/api/client";
import { isApiError } from "@/api/error";
import type { PublicBookingInput } from "@/api/types";
import { Attempt } from "@/lib/attempt";

export const business = queryOptions({
  queryKey: ["public", "business"],
  queryFn: ({ signal }) => take(api.GET("/api/v1/public/business", { signal })),
  staleTime: Infinity,
});

export const publicServices = queryOptions({
  queryKey: ["public", "services"],
  queryFn: ({ signal }) => takeAll(() => api.GET("/api/v1/public/services", { signal })),
  staleTime: Infinity,
});

export function useBook() {
  const [attempt] = useState(() => new Attempt());
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PublicBookingInput) =>
      take(
        api.POST("/api/v1/public/appointments", {
          params: { header: { "Idempotency-Key": attempt.keyFor(body) } },
          body,
        }),
      ),
    onSuccess: () => {
      attempt.done();
      void queries.invalidateQueries({ queryKey: ["availability"] });
    },
    onError: (error) => {
      if (isApiError(error, "slot_unavailable"))
        void queries.invalidateQueries({ queryKey: ["availability"] });
    },
  });
}
