import { Select, Skeleton } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Location, Resource } from "@/api/types";
import { staffSlots, TimeList } from "@/features/availability";
import { t } from "@/i18n";
import { clockText, dayText, parseClock, timeText } from "@/lib/format";
import type { Slot } from "@/lib/slots";
import { instantOf, type LocalDate, wallClock } from "@/lib/zone";
import { DATE_FORMAT } from "@/ui/dates";
import { TimeField } from "@/ui/TimeField";

/** Who, which day and at what time, as typed. */
export interface When {
  resourceId: string | null;
  date: LocalDate;
  time: string;
}

interface Props {
  value: When;
  onChange: (value: When) => void;
  serviceId: string | null;
  location: Pick<Location, "id" | "time_zone">;
  people: Resource[];
  /** Whether the choice may be left to the server. */
  anyone: boolean;
  errors: { start?: ReactNode; resource?: ReactNode };
}

/** Offers the free times of a day, and takes any other time that is typed. */
export function WhenFields({ value, onChange, serviceId, location, people, anyone, errors }: Props) {
  const { resourceId, date, time } = value;
  const zone = location.time_zone;
  const free = useQuery({
    ...staffSlots({
      serviceId: serviceId ?? "",
      resourceId,
      locationId: location.id,
      from: date,
      to: date,
    }),
    enabled: serviceId !== null && date !== "",
  });
  const slots = free.data?.slots ?? [];
  const chosen = slots.find((slot) => timeText(slot.start, zone) === time)?.start ?? null;

  return (
    <>
      <Select
        label={t("appointment.resource")}
        data={[
          ...(anyone ? [{ value: "", label: t("common.anyone") }] : []),
          ...people.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        allowDeselect={false}
        value={resourceId ?? ""}
        error={errors.resource}
        onChange={(id) => {
          onChange({ ...value, resourceId: id || null });
        }}
      />
      <div className="pair">
        <DateInput
          label={t("appointment.day")}
          valueFormat={DATE_FORMAT}
          value={date}
          onChange={(next) => {
            if (next) onChange({ resourceId, date: next, time });
          }}
        />
        <TimeField
          label={t("appointment.start")}
          value={time}
          error={errors.start}
          onChange={(typed) => {
            onChange({ resourceId, date, time: typed });
          }}
        />
      </div>
      <div className="free-times" aria-live="polite">
        {serviceId === null && <p className="soft">{t("appointment.chooseService")}</p>}
        {serviceId !== null && free.isPending && <Skeleton height={44} />}
        {free.isSuccess && (
          <p className="soft">
            {t(slots.length > 0 ? "appointment.freeTimes" : "appointment.noFreeTimes", {
              day: dayText(date),
            })}
          </p>
        )}
        <TimeList
          slots={slots}
          zone={zone}
          chosen={chosen}
          onChoose={(slot) => {
            onChange({ ...value, time: timeText(slot.start, zone) });
          }}
        />
      </div>
    </>
  );
}

export function whenOf(instant: number, zone: string, resourceId: string | null): When {
  const { date, minutes } = wallClock(instant, zone);
  return { resourceId, date, time: clockText(minutes) };
}

/** The instant that was typed, or why there is none. */
export function startOf({ date, time }: When, zone: string): { start: string } | { error: string } {
  const minutes = parseClock(time);
  if (minutes === null) return { error: t("appointment.timeShape") };
  const instant = instantOf(date, minutes, zone);
  if (wallClock(instant, zone).minutes !== minutes) return { error: t("appointment.gap") };
  return { start: new Date(instant).toISOString() };
}

export function whenOfSlot(slot: Slot, zone: string, resourceId: string | null): When {
  const kept = resourceId && !slot.resource_ids.includes(resourceId) ? slot.resource_ids[0] : resourceId;
  return whenOf(Date.parse(slot.start), zone, kept ?? null);
}
