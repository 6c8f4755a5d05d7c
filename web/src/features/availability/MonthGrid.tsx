import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, useRef } from "react";
import { t } from "@/i18n";
import { dayNumber, longDayText, monthYearText, weekdayName } from "@/lib/format";
import { addDays, type LocalDate, weekdayOf } from "@/lib/zone";
import { nextMonth, previousMonth } from "./queries";

interface Props {
  first: LocalDate;
  today: LocalDate;
  counts: ReadonlyMap<LocalDate, number>;
  loading: boolean;
  chosen: LocalDate | null;
  onChoose: (date: LocalDate) => void;
  onMonth: (first: LocalDate) => void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** A month of day buttons; days without times cannot be chosen, arrows walk over those that can. */
export function MonthGrid({ first, today, counts, loading, chosen, onChoose, onMonth }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const days = daysOf(first);

  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const from = (event.target as HTMLElement).dataset["date"];
    if (!step || !from) return;
    event.preventDefault();
    for (let date = addDays(from, step); date.startsWith(first.slice(0, 7)); date = addDays(date, step)) {
      const button = grid.current?.querySelector<HTMLButtonElement>(`[data-date="${date}"]:not(:disabled)`);
      if (button) return button.focus();
    }
  };

  return (
    <div className="month" aria-busy={loading}>
      <div className="month-head">
        <h3 aria-live="polite">{monthYearText(first)}</h3>
        <button
          type="button"
          className="icon-button"
          aria-label={t("booking.previousMonth")}
          disabled={first <= today}
          onClick={() => onMonth(previousMonth(first))}
        >
          <IconChevronLeft size={20} aria-hidden />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t("booking.nextMonth")}
          onClick={() => onMonth(nextMonth(first))}
        >
          <IconChevronRight size={20} aria-hidden />
        </button>
      </div>
      <div className="month-grid" aria-hidden>
        {[1, 2, 3, 4, 5, 6, 7].map((weekday) => (
          <span key={weekday} className="month-weekday">
            {weekdayName(weekday, "short")}
          </span>
        ))}
      </div>
      <div className="month-grid" ref={grid} onKeyDown={move} role="group" aria-label={t("booking.day")}>
        {days.map((date, index) => {
          const count = counts.get(date) ?? 0;
          const day = longDayText(date);
          return (
            <button
              key={date}
              type="button"
              data-date={date}
              className="month-day"
              style={index === 0 ? { gridColumnStart: weekdayOf(date) } : undefined}
              disabled={count === 0}
              aria-pressed={date === chosen}
              aria-current={date === today ? "date" : undefined}
              aria-label={count > 0 ? t("booking.dayTimes", { day, count }) : t("booking.dayNone", { day })}
              onClick={() => onChoose(date)}
            >
              {dayNumber(date)}
            </button>
          );
        })}
      </div>
    </div>
  );
}

function daysOf(first: LocalDate): LocalDate[] {
  const days: LocalDate[] = [];
  for (let date = first; date.startsWith(first.slice(0, 7)); date = addDays(date, 1)) days.push(date);
  return days;
}
