import { IconPlus } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import type { Appointment, Resource } from "@/api/types";
import { KindIcon } from "@/features/resource";
import { t } from "@/i18n";
import { timeText } from "@/lib/format";
import { lanes } from "@/lib/lanes";
import type { Interval } from "@/lib/zone";
import { stateOf, StateIcon } from "../state";
import { type Day, freeStarts, type Lane, spanOf } from "./useDay";

interface Props {
  lane: Lane;
  index: number;
  day: Day;
  now: number;
  x: (instant: number) => number;
  mayBook: boolean;
  onOpen: (appointment: Appointment) => void;
  onNew: (resource: Resource, start: number | null) => void;
}

const CARD = 72;
const GAP = 6;
const HALF_HOUR = 30 * 60_000;

export function TimelineRow({ lane, index, day, now, x, mayBook, onOpen, onNew }: Props) {
  const { resource } = lane;
  const { placed, count } = lanes(lane.appointments, spanOf);
  const at = ({ from, to }: Interval): CSSProperties => {
    const left = Math.max(0, x(from));
    return { left, width: Math.min(x(to), x(day.range.to)) - left };
  };

  return (
    <section className="tl-row" aria-label={resource.name} style={{ height: count * (CARD + GAP) + GAP + 8 }}>
      <div className="tl-name">
        <span className="tl-kind" data-kind={resource.kind}>
          <KindIcon kind={resource.kind} size={18} />
        </span>
        <h2>{resource.name}</h2>
        {mayBook && (
          <button
            type="button"
            className="tl-add"
            data-row={index}
            data-at={0}
            aria-label={t("appointment.newFor", { resource: resource.name })}
            onClick={() => {
              onNew(resource, null);
            }}
          >
            <IconPlus size={18} aria-hidden />
          </button>
        )}
      </div>
      <div className="tl-track" style={{ width: x(day.range.to) }}>
        {lane.closed.map((piece) => (
          <div key={piece.from} className="tl-closed" style={at(piece)} />
        ))}
        {mayBook &&
          freeStarts(lane, now).map((start) => (
            <button
              key={start}
              type="button"
              className="tl-slot tabular"
              tabIndex={-1}
              data-row={index}
              data-at={start}
              style={at({ from: start, to: start + HALF_HOUR })}
              aria-label={t("appointment.newAt", {
                resource: resource.name,
                time: timeText(start, day.zone),
              })}
              onClick={() => {
                onNew(resource, start);
              }}
            >
              <IconPlus size={14} aria-hidden />
              {timeText(start, day.zone)}
            </button>
          ))}
        {lane.blocks.map((block) => (
          <div key={`${block.id} ${block.start}`} className="tl-block" style={at(spanOf(block))}>
            <span>
              {block.reason || t(block.resource_id ? "appointment.timeOff" : "appointment.closure")}
            </span>
          </div>
        ))}
        {placed.map(({ item, lane: line }) => (
          <Card
            key={item.id}
            appointment={item}
            zone={day.zone}
            now={now}
            row={index}
            style={{ ...at(spanOf(item)), top: line * (CARD + GAP) + GAP + 4, height: CARD }}
            onOpen={onOpen}
          />
        ))}
      </div>
    </section>
  );
}

interface CardProps {
  appointment: Appointment;
  zone: string;
  now: number;
  row: number;
  style: CSSProperties;
  onOpen: (appointment: Appointment) => void;
}

function Card({ appointment, zone, now, row, style, onOpen }: CardProps) {
  const state = stateOf(appointment, now);
  return (
    <button
      type="button"
      className="card"
      data-state={state}
      data-row={row}
      data-at={Date.parse(appointment.start)}
      style={style}
      onClick={() => {
        onOpen(appointment);
      }}
    >
      <span className="card-who">
        <span>{appointment.customer_name}</span>
      </span>
      <span className="card-what">{appointment.service_name}</span>
      <span className="card-time tabular">
        <StateIcon state={state} />
        <span>
          {timeText(appointment.start, zone)}
          <span className="card-end">–{timeText(appointment.end, zone)}</span>
        </span>
      </span>
      <span className="visually-hidden">{t(`appointment.state.${state}`)}</span>
    </button>
  );
}
