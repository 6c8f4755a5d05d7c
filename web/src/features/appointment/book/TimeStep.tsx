import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Business, PublicService } from "@/api/types";
import { MonthGrid, monthOf, nextMonth, publicSlots, TimeList } from "@/features/availability";
import { t } from "@/i18n";
import { longDayText, monthYearText, zoneAbbreviation, zoneCity } from "@/lib/format";
import { useNow } from "@/lib/now";
import { byDay, type Slot } from "@/lib/slots";
import { sameClock, today as todayIn, viewerZone } from "@/lib/zone";
import { Problem } from "./Problem";
import type { Choice } from "./useChoice";

// How far "the first free day" is looked for by itself.
const MONTHS_AHEAD = 6;

interface Props {
  choice: Pick<Choice, "staffId" | "date" | "start" | "set">;
  service: Pick<PublicService, "id">;
  location: Pick<Business["locations"][number], "id" | "time_zone">;
}

export function TimeStep({ choice, service, location }: Props) {
  const zone = location.time_zone;
  const today = todayIn(zone);
  const [month, setMonth] = useState(monthOf(choice.date ?? today, today).first);
  const [byHand, setByHand] = useState(choice.date !== null);
  const times = useRef<HTMLDivElement>(null);
  const range = monthOf(month, today);
  const answer = useQuery(
    publicSlots({
      serviceId: service.id,
      resourceId: choice.staffId,
      locationId: location.id,
      from: range.from,
      to: range.to,
    }),
  );

  const days = byDay(answer.data?.slots ?? [], zone);
  const counts = new Map([...days].map(([date, slots]) => [date, slots.length]));
  const chosen = choice.date && days.has(choice.date) ? choice.date : ([...days.keys()].sort()[0] ?? null);
  const slots = (chosen ? days.get(chosen) : undefined) ?? [];
  const last = monthsAfter(monthOf(today, today).first, MONTHS_AHEAD);
  const skipping = !byHand && answer.isSuccess && days.size === 0 && month < last;

  // Months without times are skipped until someone leafs through them.
  if (skipping) setMonth(nextMonth(month));

  const pickDay = (date: string) => {
    choice.set({ date, start: null });
    // On a phone the times are below the month; show them.
    requestAnimationFrame(() => times.current?.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  };
  const pickTime = (slot: Slot) => {
    choice.set({ date: chosen, start: slot.start, step: "details" }, "push");
  };

  return (
    <div className="when">
      <section className="panel" aria-labelledby="day-title">
        <h2 id="day-title">{t("booking.day")}</h2>
        <MonthGrid
          first={month}
          today={today}
          counts={counts}
          loading={answer.isPending || skipping}
          chosen={chosen}
          onChoose={pickDay}
          onMonth={(first) => {
            setByHand(true);
            setMonth(first);
          }}
        />
      </section>
      <section className="panel" aria-labelledby="time-title" ref={times}>
        <h2 id="time-title">{chosen ? longDayText(chosen) : t("booking.time")}</h2>
        <p role="status" className="visually-hidden">
          {chosen ? t("booking.available", { count: slots.length, day: longDayText(chosen) }) : ""}
        </p>
        {answer.isError && <Problem error={answer.error} onRetry={() => void answer.refetch()} />}
        {(answer.isPending || skipping) && <TimesSkeleton />}
        {chosen && !answer.isPending && (
          <TimeList slots={slots} zone={zone} chosen={choice.start} onChoose={pickTime} />
        )}
        {answer.isSuccess && !skipping && !chosen && (
          <div className="hint">
            <p>
              {byHand ? t("booking.noTimes", { month: monthYearText(month) }) : t("booking.noTimesAtAll")}
            </p>
            <p className="soft">{t(byHand ? "booking.noTimesHint" : "booking.noTimesAtAllHint")}</p>
            <button
              type="button"
              className="button"
              onClick={() => {
                setByHand(true);
                setMonth(nextMonth(month));
              }}
            >
              {t("booking.lookNext")}
            </button>
          </div>
        )}
        <ZoneNote zone={zone} at={slots[0]?.start} />
      </section>
    </div>
  );
}

function monthsAfter(first: string, months: number): string {
  return months === 0 ? first : monthsAfter(nextMonth(first), months - 1);
}

function ZoneNote({ zone, at }: { zone: string; at: string | undefined }) {
  const now = useNow();
  const instant = at ? Date.parse(at) : now;
  if (sameClock(zone, viewerZone(), instant)) return null;
  return (
    <p className="soft zone">
      {t("booking.zone", { city: zoneCity(zone), abbreviation: zoneAbbreviation(instant, zone) })}
    </p>
  );
}

function TimesSkeleton() {
  return (
    <div className="times-grid" aria-hidden>
      {Array.from({ length: 9 }, (_, index) => (
        <span key={index} className="skeleton time-skeleton" />
      ))}
    </div>
  );
}
