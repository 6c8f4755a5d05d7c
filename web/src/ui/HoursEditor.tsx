import { ActionIcon, Button } from "@mantine/core";
import { IconCopy, IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { clockText, parseClock, weekdayName } from "@/lib/format";
import { overMidnight, spokenEnd, type Window, wireEnd } from "@/lib/hours";
import { TimeField } from "./TimeField";
import "./hours.css";

interface Props {
  label: string;
  value: Window[];
  onChange: (value: Window[]) => void;
  /** The server's messages, by "index.field" of the window. */
  errorAt: (path: string) => ReactNode;
}

/** Weekly hours: any number of windows a day, an end before the start meaning the next day. */
export function HoursEditor({ label, value, onChange, errorAt }: Props) {
  const change = (index: number, window: Window) => {
    onChange(value.map((old, at) => (at === index ? window : old)));
  };
  const add = (weekday: number) => {
    onChange([
      ...value,
      nextWindow(
        value.filter((window) => window.weekday === weekday),
        weekday,
      ),
    ]);
  };
  const monday = value.filter((window) => window.weekday === 1);
  const copy = () => {
    const weekend = value.filter((window) => window.weekday > 5);
    onChange([...[1, 2, 3, 4, 5].flatMap((weekday) => monday.map((w) => ({ ...w, weekday }))), ...weekend]);
  };

  return (
    <fieldset className="hours">
      <legend>{label}</legend>
      {[1, 2, 3, 4, 5, 6, 7].map((weekday) => {
        const day = weekdayName(weekday);
        const windows = value
          .map((window, index) => ({ window, index }))
          .filter((x) => x.window.weekday === weekday);
        return (
          <div key={weekday} className="hours-day" role="group" aria-label={day}>
            <span className="hours-name" aria-hidden>
              {weekdayName(weekday, "short")}
            </span>
            <div className="hours-windows">
              {windows.length === 0 && <span className="soft hours-closed">{t("location.closed")}</span>}
              {windows.map(({ window, index }) => (
                <div key={index} className="hours-window">
                  <TimeField
                    aria-label={t("location.from", { day })}
                    value={window.from}
                    error={errorAt(`${index}.from`)}
                    onChange={(from) => {
                      change(index, { ...window, from, to: wireEnd(from, spokenEnd(window)) });
                    }}
                  />
                  <span aria-hidden>–</span>
                  <TimeField
                    aria-label={t("location.to", { day })}
                    value={spokenEnd(window)}
                    error={errorAt(`${index}.to`) ?? errorAt(String(index))}
                    onChange={(to) => {
                      change(index, { ...window, to: wireEnd(window.from, to) });
                    }}
                  />
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("location.removeWindow", { day })}
                    onClick={() => {
                      onChange(value.filter((_, at) => at !== index));
                    }}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                  {overMidnight(window) && <span className="soft">{t("location.nextDay")}</span>}
                </div>
              ))}
            </div>
            <ActionIcon
              variant="subtle"
              aria-label={t("location.addWindow", { day })}
              onClick={() => {
                add(weekday);
              }}
            >
              <IconPlus size={18} />
            </ActionIcon>
          </div>
        );
      })}
      {monday.length > 0 && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconCopy size={16} />} onClick={copy}>
          {t("location.copy")}
        </Button>
      )}
    </fieldset>
  );
}

/** The first window of a day is office hours; the next one follows an hour after the last. */
function nextWindow(windows: Window[], weekday: number): Window {
  const last = Math.max(0, ...windows.map((window) => parseClock(window.to) ?? 0));
  if (last === 0 || last > 22 * 60) return { weekday, from: "09:00", to: "17:00" };
  return { weekday, from: clockText(last + 60), to: clockText(Math.min(last + 240, 1440)) };
}
