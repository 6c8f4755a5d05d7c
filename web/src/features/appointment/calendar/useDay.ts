import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Appointment, Block, Location, Resource } from "@/api/types";
import { blocks } from "@/features/block";
import { resources } from "@/features/resource";
import { useOwnCalendars } from "@/features/session";
import { dayRange } from "@/lib/dayRange";
import { intersect, openOn, without } from "@/lib/hours";
import { dayOf, type Interval, type LocalDate } from "@/lib/zone";
import { appointmentsBetween } from "../queries";
import { isOff } from "../state";

export interface Lane {
  resource: Resource;
  appointments: Appointment[];
  blocks: Block[];
  open: Interval[];
  closed: Interval[];
}

export interface Day {
  date: LocalDate;
  zone: string;
  range: Interval;
  lanes: Lane[];
  appointments: Appointment[];
}

export const spanOf = ({ start, end }: { start: string; end: string }): Interval => ({
  from: Date.parse(start),
  to: Date.parse(end),
});

/** Everything one location's day shows: who works when, what is booked, what is blocked. */
export function useDay(location: Location, date: LocalDate, showCancelled: boolean) {
  const zone = location.time_zone;
  const bounds = dayOf(date, zone);
  const wire = { from: new Date(bounds.from).toISOString(), to: new Date(bounds.to).toISOString() };
  const own = useOwnCalendars();
  const people = useQuery(resources());
  const booked = useQuery({
    ...appointmentsBetween(bounds.from, bounds.to),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  const blocked = useQuery({ ...blocks(wire), placeholderData: keepPreviousData });

  const error = people.error ?? booked.error ?? blocked.error;
  const retry = () => {
    for (const query of [people, booked, blocked]) if (query.isError) void query.refetch();
  };
  if (!people.data || !booked.data || !blocked.data) return { day: null, error, retry };

  const here = own(people.data).filter(({ location_id }) => location_id === location.id);
  const inside = (piece: { start: string; end: string }) => intersect([spanOf(piece)], [bounds]).length > 0;
  const appointments = booked.data.filter(
    (one) => one.location_id === location.id && inside(one) && (showCancelled || !isOff(one)),
  );
  const houseHours = openOn(location.opening_hours ?? [], date, zone, location.date_overrides ?? []);
  const pieces = blocked.data.flatMap(timesOf).filter(inside);
  const range = dayRange(date, zone, houseHours, intersect(appointments.map(spanOf), [bounds]));
  const lanes = here.map((resource): Lane => {
    const own = intersect(houseHours, workOn(resource, location, date));
    return {
      resource,
      appointments: appointments.filter(({ resource_ids }) => resource_ids?.includes(resource.id)),
      blocks: pieces.filter((block) => concerns(block, resource, location)),
      open: own,
      closed: without(range, own),
    };
  });
  return { day: { date, zone, range, lanes, appointments }, error: null, retry };
}

/** A block that recurs is there as often as it happens. */
function timesOf(block: Block): Block[] {
  return block.occurrences ? block.occurrences.map((span) => ({ ...block, ...span })) : [block];
}

/** A block without a resource and a location closes the whole business. */
function concerns({ resource_id, location_id }: Block, resource: Resource, location: Location): boolean {
  if (resource_id) return resource_id === resource.id;
  return !location_id || location_id === location.id;
}

/** When somebody works: by their own hours, else by those of the house; by the date's, else by the weekly ones. */
function workOn(resource: Resource, location: Location, date: LocalDate): Interval[] {
  const own = resource.date_overrides ?? [];
  const overrides = resource.hours ? own : [...own, ...(location.date_overrides ?? [])];
  return openOn(resource.hours ?? location.opening_hours ?? [], date, location.time_zone, overrides);
}

/** Half hours that can still be booked: open, not blocked, not taken, not past. */
export function freeStarts(lane: Lane, now: number): number[] {
  const busy = lane.appointments.filter((one) => !isOff(one)).map(spanOf);
  const taken = [...busy, ...lane.blocks.map(spanOf)];
  const half = 30 * 60_000;
  return lane.open.flatMap((piece) => {
    const starts: number[] = [];
    for (let at = piece.from; at < piece.to; at += half) {
      if (at >= now && !taken.some(({ from, to }) => from < Math.min(at + half, piece.to) && to > at))
        starts.push(at);
    }
    return starts;
  });
}
