import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "@/api/client";
import type { Appointment, AppointmentInput, RescheduleInput } from "@/api/types";
import { Attempt } from "@/lib/attempt";

const key = ["appointments"];

/** A calendar range comes whole: there are no pages. */
export function appointmentsBetween(from: number, to: number) {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return queryOptions({
    queryKey: [...key, range],
    queryFn: async ({ signal }): Promise<Appointment[]> =>
      (await take(api.GET("/api/v1/appointments", { params: { query: range }, signal }))).data ?? [],
  });
}

function useChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: ["availability"] });
  };
}

export function useCreateAppointment() {
  const [attempt] = useState(() => new Attempt());
  const changed = useChanged();
  return useMutation({
    mutationFn: (body: AppointmentInput): Promise<Appointment> =>
      take(
        api.POST("/api/v1/appointments", {
          params: { header: { "Idempotency-Key": attempt.keyFor(body) } },
          body,
        }),
      ),
    onSuccess: () => {
      attempt.done();
    },
    onSettled: changed,
  });
}

export function useReschedule(id: string) {
  const [attempt] = useState(() => new Attempt());
  const changed = useChanged();
  return useMutation({
    mutationFn: (body: RescheduleInput): Promise<Appointment> =>
      take(
        api.POST("/api/v1/appointments/{id}/reschedule", {
          params: { path: { id }, header: { "Idempotency-Key": attempt.keyFor(body) } },
          body,
        }),
      ),
    onSuccess: () => {
      attempt.done();
    },
    onSettled: changed,
  });
}

export function useCancelAppointment(id: string) {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ reason, notify }: { reason: string; notify: boolean }): Promise<Appointment> =>
      take(
        api.POST("/api/v1/appointments/{id}/cancel", {
          params: { path: { id } },
          body: reason ? { reason, notify } : { notify },
        }),
      ),
    onSettled: changed,
  });
}
