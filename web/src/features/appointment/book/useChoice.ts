import type { Business, PublicService } from "@/api/types";
import { useSearch } from "@/lib/search";
import { isLocalDate, type LocalDate } from "@/lib/zone";

export interface Choice {
  service: PublicService | null;
  location: Business["locations"][number] | null;
  /** Locations to choose from; empty when there is nothing to choose. */
  locations: Business["locations"];
  staffId: string | null;
  date: LocalDate | null;
  start: string | null;
  details: boolean;
  set: ReturnType<typeof useSearch>[1];
}

/** What has been chosen so far. It lives in the address: links prefill it, "back" undoes it. */
export function useChoice(business: Business, services: readonly PublicService[]): Choice {
  const [search, set] = useSearch();
  const only = services.length === 1 ? services[0] : undefined;
  const service = services.find(({ id }) => id === search.get("service")) ?? only ?? null;
  const places = business.locations ?? [];
  const offered = service ? places.filter(({ id }) => service.location_ids?.includes(id)) : places;
  const location = offered.find(({ id }) => id === search.get("location")) ?? offered[0] ?? null;
  const staff = service?.resources?.find(({ id }) => id === search.get("staff"));
  const date = search.get("date");
  const start = search.get("start");
  return {
    service,
    location,
    locations: offered.length > 1 ? offered : [],
    staffId: staff?.id ?? null,
    date: isLocalDate(date) ? date : null,
    start,
    details: search.get("step") === "details" && start !== null,
    set,
  };
}
