import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Slot } from "@/lib/slots";
import { addDays, type LocalDate } from "@/lib/zone";

export interface SlotQuestion {
  serviceId: string;
  resourceId: string | null;
  locationId: string;
  from: LocalDate;
  to: LocalDate;
}

export interface SlotAnswer {
  slots: Slot[];
  zone: string;
}

function asked({ serviceId, resourceId, locationId, from, to }: SlotQuestion) {
  return {
    service_id: serviceId,
    from,
    to,
    ...(resourceId ? { resource_id: resourceId } : {}),
    location_id: locationId,
  };
}

const answered = (answer: { data?: Slot[] | null; time_zone: string }): SlotAnswer => ({
  slots: answer.data ?? [],
  zone: answer.time_zone,
});

/** What anyone may book. */
export function publicSlots(question: SlotQuestion) {
  return queryOptions({
    queryKey: ["availability", "public", question],
    queryFn: async ({ signal }) =>
      answered(
        await take(api.GET("/api/v1/public/availability", { params: { query: asked(question) }, signal })),
      ),
    staleTime: 15_000,
  });
}

/** What staff may book. */
export function staffSlots(question: SlotQuestion) {
  return queryOptions({
    queryKey: ["availability", "staff", question],
    queryFn: async ({ signal }) =>
      answered(await take(api.GET("/api/v1/availability", { params: { query: asked(question) }, signal }))),
    staleTime: 5_000,
  });
}

/** The days of a month from a given one on, and the month's first day. */
export function monthOf(
  date: LocalDate,
  notBefore: LocalDate,
): { first: LocalDate; from: LocalDate; to: LocalDate } {
  const first = `${date.slice(0, 8)}01`;
  const to = addDays(nextMonth(first), -1);
  return { first, from: first < notBefore ? notBefore : first, to };
}

export function nextMonth(first: LocalDate): LocalDate {
  return `${addDays(first, 31).slice(0, 8)}01`;
}

export function previousMonth(first: LocalDate): LocalDate {
  return `${addDays(first, -1).slice(0, 8)}01`;
}
