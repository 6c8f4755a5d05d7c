import { IconCalendarCheck, IconPlus } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import type { Appointment, Resource } from "@/api/types";
import { t } from "@/i18n";
import { dayText, durationText, timeText } from "@/lib/format";
import { minutesBetween } from "@/lib/dayRange";
import { without } from "@/lib/hours";
import type { Interval } from "@/lib/zone";
import { Empty } from "@/ui/States";
import { isOff, stateOf, StateBadge } from "../state";
import { type Day, type Lane, spanOf } from "./useDay";
import "./agenda.css";

interface Props {
  day: Day;
  now: number;
  mayBook: boolean;
  onOpen: (appointment: Appointment) => void;
  onNew: (resource: Resource, start: number | null) => void;
}

/** The day on a phone: everyone's appointments in order, or one resource's with the gaps between. */
export function Agenda({ day, now, mayBook, onOpen, onNew }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const lane = day.lanes.find(({ resource }) => resource.id === chosen) ?? null;
  const items = [...(lane ?? day).appointments].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const gaps = lane && mayBook ? gapsOf(lane, now) : [];
  const next = items.findIndex((item) => Date.parse(item.end) > now);
  const nameOf = (one: Appointment) =>
    day.lanes
      .filter(({ resource }) => one.resource_ids?.includes(resource.id))
      .map(({ resource }) => resource.name)
      .join(", ");
  const rows = [
    ...items.map((item, index) => ({ at: Date.parse(item.start), item, gap: null, isNext: index === next })),
    ...gaps.map((gap) => ({ at: gap.from, item: null, gap, isNext: false })),
  ].sort((a, b) => a.at - b.at);

  return (
    <div className="agenda">
      <div className="agenda-who" role="group" aria-label={t("appointment.resource")}>
        {[null, ...day.lanes.map(({ resource }) => resource)].map((resource) => (
          <button
            key={resource?.id ?? "all"}
            type="button"
            aria-pressed={chosen === (resource?.id ?? null)}
            onClick={() => {
              setChosen(resource?.id ?? null);
            }}
          >
            {resource?.name ?? t("appointment.everyone")}
          </button>
        ))}
      </div>
      {rows.length === 0 && (
        <Empty
          icon={IconCalendarCheck}
          title={t("appointment.freeDay", { day: dayText(day.date) })}
          hint={t("appointment.freeDayHint")}
        />
      )}
      <ul>
        {rows.map(({ at, item, gap, isNext }) => (
          <Fragment key={item?.id ?? at}>
            {isNext && now >= day.range.from && now < day.range.to && (
              <li className="agenda-now tabular">
                {t("appointment.now", { time: timeText(now, day.zone) })}
              </li>
            )}
            <li className="agenda-row">
              <span className="agenda-time tabular">{timeText(at, day.zone)}</span>
              {item && (
                <button
                  type="button"
                  className="card"
                  data-state={stateOf(item, now)}
                  onClick={() => {
                    onOpen(item);
                  }}
                >
                  <span className="card-who">
                    <span>{item.customer_name}</span>
                    <StateBadge state={stateOf(item, now)} />
                  </span>
                  <span className="card-what">
                    {item.service_name} ·{" "}
                    {durationText(minutesBetween(Date.parse(item.start), Date.parse(item.end)))}
                    {!lane && ` · ${nameOf(item)}`}
                  </span>
                </button>
              )}
              {gap && lane && (
                <button
                  type="button"
                  className="agenda-gap tabular"
                  onClick={() => {
                    onNew(lane.resource, gap.from);
                  }}
                >
                  <IconPlus size={16} aria-hidden />
                  {t("appointment.freeUntil", { time: timeText(gap.to, day.zone) })}
                </button>
              )}
            </li>
          </Fragment>
        ))}
      </ul>
    </div>
  );
}

/** Free time from now on, rounded up to the next quarter of an hour. */
function gapsOf(lane: Lane, now: number): Interval[] {
  const busy = lane.appointments.filter((one) => !isOff(one)).map(spanOf);
  const quarter = 15 * 60_000;
  const soonest = Math.ceil(now / quarter) * quarter;
  return lane.open
    .flatMap((piece) => without(piece, [...busy, ...lane.blocks.map(spanOf)]))
    .map(({ from, to }) => ({ from: Math.max(from, soonest), to }))
    .filter(({ from, to }) => to - from >= quarter);
}
