import { ActionIcon, Button, Popover, SegmentedControl, Select, Switch } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import {
  IconCalendar,
  IconChevronDown,
  IconChevronLeft,
  IconChevronRight,
  IconPlus,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useState } from "react";
import type { Location } from "@/api/types";
import { t } from "@/i18n";
import { longDayText, zoneAbbreviation, zoneCity } from "@/lib/format";
import { useNow } from "@/lib/now";
import { type LocalDate, sameClock, today, viewerZone } from "@/lib/zone";
import { LEGEND, StateIcon } from "../state";

interface Props {
  date: LocalDate;
  zone: string;
  count: number | undefined;
  locations: Location[];
  location: Location;
  /** Null where nothing can be zoomed. */
  zoom: number | null;
  showCancelled: boolean;
  onDate: (date: LocalDate) => void;
  onStep: (days: number) => void;
  onLocation: (id: string) => void;
  onZoom: (zoom: number) => void;
  onShowCancelled: (shown: boolean) => void;
  onNew: (() => void) | undefined;
}

export function Toolbar(props: Props) {
  const { date, zone, count, onStep, onDate, onNew } = props;
  const now = useNow();
  return (
    <header className="bar">
      <div className="bar-day">
        <h1>
          <DayButton date={date} onDate={onDate} />
        </h1>
        <p className="soft tabular">
          {count === undefined ? " " : t("appointment.counts", { count })}
          {!sameClock(zone, viewerZone(), now) &&
            ` · ${t("booking.zone", { city: zoneCity(zone), abbreviation: zoneAbbreviation(now, zone) })}`}
        </p>
      </div>
      <div className="bar-steps">
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("appointment.previousDay")}
          onClick={() => {
            onStep(-1);
          }}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <Button
          variant="default"
          disabled={date === today(zone)}
          onClick={() => {
            onDate(today(zone));
          }}
        >
          {t("appointment.today")}
        </Button>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("appointment.nextDay")}
          onClick={() => {
            onStep(1);
          }}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </div>
      {onNew && (
        <Button className="bar-new" leftSection={<IconPlus size={18} />} onClick={onNew}>
          {t("appointment.new")}
        </Button>
      )}
      <Options {...props} />
    </header>
  );
}

function DayButton({ date, onDate }: Pick<Props, "date" | "onDate">) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="bar-date"
          aria-haspopup="dialog"
          onClick={() => {
            setOpen(!open);
          }}
        >
          <IconCalendar size={20} stroke={1.75} aria-hidden />
          {longDayText(date)}
          <IconChevronDown size={18} stroke={1.75} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("appointment.chooseDay")}>
        <DatePicker
          value={date}
          defaultDate={date}
          onChange={(chosen) => {
            if (chosen) onDate(chosen);
            setOpen(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Options(props: Props) {
  const { locations, location, zoom, showCancelled, onLocation, onZoom, onShowCancelled } = props;
  const options = locations.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className="bar-options">
      {locations.length > 1 && locations.length <= 3 && (
        <SegmentedControl
          aria-label={t("appointment.location")}
          data={options}
          value={location.id}
          onChange={onLocation}
        />
      )}
      {locations.length > 3 && (
        <Select
          aria-label={t("appointment.location")}
          allowDeselect={false}
          data={options}
          value={location.id}
          onChange={(id) => {
            if (id) onLocation(id);
          }}
        />
      )}
      <Switch
        label={t("appointment.showCancelled")}
        checked={showCancelled}
        onChange={(event) => {
          onShowCancelled(event.currentTarget.checked);
        }}
      />
      {zoom !== null && (
        <>
          <ul className="legend" aria-label={t("appointment.legend")}>
            {LEGEND.map((state) => (
              <li key={state} data-state={state}>
                <StateIcon state={state} size={12} /> {t(`appointment.state.${state}`)}
              </li>
            ))}
            <li data-state="blocked">{t("appointment.blocked")}</li>
          </ul>
          <ActionIcon.Group>
            <ActionIcon
              variant="default"
              size={32}
              aria-label={t("appointment.zoomOut")}
              disabled={zoom <= 0.5}
              onClick={() => {
                onZoom(zoom - 0.25);
              }}
            >
              <IconZoomOut size={18} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              size={32}
              aria-label={t("appointment.zoomIn")}
              disabled={zoom >= 2}
              onClick={() => {
                onZoom(zoom + 0.25);
              }}
            >
              <IconZoomIn size={18} />
            </ActionIcon>
          </ActionIcon.Group>
        </>
      )}
    </div>
  );
}
