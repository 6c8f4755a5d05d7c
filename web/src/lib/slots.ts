import { type LocalDate, wallClock } from "./zone";

export interface Slot {
  start: string;
  end: string;
  resource_ids: string[];
}

export type PartOfDay = "morning" | "afternoon" | "evening";

export function byDay<S extends Slot>(slots: readonly S[], zone: string): Map<LocalDate, S[]> {
  const days = new Map<LocalDate, S[]>();
  for (const slot of slots) {
    const { date } = wallClock(Date.parse(slot.start), zone);
    const day = days.get(date);
    if (day) day.push(slot);
    else days.set(date, [slot]);
  }
  return days;
}

function partOfDay(slot: Slot, zone: string): PartOfDay {
  const { minutes } = wallClock(Date.parse(slot.start), zone);
  if (minutes < 12 * 60) return "morning";
  return minutes < 17 * 60 ? "afternoon" : "evening";
}

export function byPartOfDay<S extends Slot>(slots: readonly S[], zone: string): [PartOfDay, S[]][] {
  const parts: PartOfDay[] = ["morning", "afternoon", "evening"];
  return parts
    .map((part): [PartOfDay, S[]] => [part, slots.filter((slot) => partOfDay(slot, zone) === part)])
    .filter(([, found]) => found.length > 0);
}
