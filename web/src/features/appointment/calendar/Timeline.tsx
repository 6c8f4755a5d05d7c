import { type KeyboardEvent, useEffect, useRef } from "react";
import type { Appointment, Resource } from "@/api/types";
import { t } from "@/i18n";
import { minutesBetween, steps } from "@/lib/dayRange";
import { longDayText, timeText } from "@/lib/format";
import { TimelineRow } from "./TimelineRow";
import type { Day } from "./useDay";
import "./timeline.css";

interface Props {
  day: Day;
  now: number;
  /** Pixels per minute. */
  scale: number;
  mayBook: boolean;
  onOpen: (appointment: Appointment) => void;
  onNew: (resource: Resource, start: number | null) => void;
}

/** Rows are resources, time runs to the right; only this box scrolls. */
export function Timeline({ day, now, scale, mayBook, onOpen, onNew }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { range, zone } = day;
  const x = (instant: number) => minutesBetween(range.from, instant) * scale;
  const width = x(range.to);
  const nowShown = now >= range.from && now < range.to;

  useEffect(() => {
    const target = Date.now() >= range.from && Date.now() < range.to ? Date.now() : range.from;
    box.current?.scrollTo({ left: minutesBetween(range.from, target) * scale - 160 });
  }, [range.from, range.to, scale]);

  return (
    <div
      className="tl"
      ref={box}
      role="region"
      aria-label={t("appointment.timeline", { day: longDayText(day.date) })}
      tabIndex={0}
      onKeyDown={walk}
    >
      <div className="tl-inner" style={{ ["--hour" as string]: `${60 * scale}px` }}>
        <div className="tl-head" aria-hidden>
          <div className="tl-name" />
          <div className="tl-hours" style={{ width }}>
            {steps(range, 60)
              .filter((at) => !nowShown || x(at) < x(now) - 68 || x(at) > x(now) + 22)
              .map((at) => (
                <span key={at} className="tl-hour tabular" style={{ left: x(at) }}>
                  {timeText(at, zone)}
                </span>
              ))}
            {nowShown && (
              <span className="tl-now-label tabular" style={{ left: x(now) }}>
                {timeText(now, zone)}
              </span>
            )}
          </div>
        </div>
        <div className="tl-body">
          {day.lanes.map((lane, index) => (
            <TimelineRow
              key={lane.resource.id}
              lane={lane}
              index={index}
              day={day}
              now={now}
              x={x}
              mayBook={mayBook}
              onOpen={onOpen}
              onNew={onNew}
            />
          ))}
          {nowShown && <div className="tl-now" style={{ ["--x" as string]: `${x(now)}px` }} aria-hidden />}
        </div>
      </div>
    </div>
  );
}

/** Arrow keys walk from card to card and over the free half hours, within a row and between rows. */
function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const from = event.target as HTMLElement;
  const row = Number(from.dataset["row"]);
  const at = Number(from.dataset["at"]);
  if (Number.isNaN(row) || !event.key.startsWith("Arrow")) return;
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  const sign = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
  const distance = (element: HTMLElement) =>
    sideways
      ? (Number(element.dataset["at"]) - at) * sign
      : (Number(element.dataset["row"]) - row) * sign * 1e15 + Math.abs(Number(element.dataset["at"]) - at);
  const next = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-at]")]
    .filter((element) =>
      sideways ? Number(element.dataset["row"]) === row : Number(element.dataset["row"]) !== row,
    )
    .filter((element) => distance(element) > 0)
    .sort((a, b) => distance(a) - distance(b))[0];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}
