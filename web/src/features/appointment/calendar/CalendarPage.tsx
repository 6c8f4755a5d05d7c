import { Button, Skeleton } from "@mantine/core";
import { useElementSize, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconArmchair, IconMapPin } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Location, Resource } from "@/api/types";
import { locations } from "@/features/location";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { minutesBetween } from "@/lib/dayRange";
import { dayText } from "@/lib/format";
import { useNow } from "@/lib/now";
import { addDays, isLocalDate, type LocalDate, today } from "@/lib/zone";
import { Empty, Failed, Loaded } from "@/ui/States";
import { isOff } from "../state";
import { Agenda } from "./Agenda";
import { Details } from "./Details";
import { NewAppointment } from "./NewAppointment";
import { Timeline } from "./Timeline";
import { Toolbar } from "./Toolbar";
import { useDay } from "./useDay";
import "./calendar.css";
import "./cards.css";
import "./details.css";

const NAME_COLUMN = 208;
const SMALLEST_SCALE = 2.5;

export default function CalendarPage() {
  const query = useQuery(locations());
  const can = useCan();
  return (
    <Loaded query={query} skeleton={<DaySkeleton />}>
      {(all) =>
        all.length === 0 ? (
          <Empty
            icon={IconMapPin}
            title={t("appointment.noLocation")}
            hint={t("appointment.noLocationHint")}
            action={
              can("locations.write") && (
                <Button component={Link} to="/app/settings/locations">
                  {t("appointment.addLocation")}
                </Button>
              )
            }
          />
        ) : (
          <DayOf all={all} />
        )
      }
    </Loaded>
  );
}

interface Draft {
  resource: Resource | null;
  start: number | null;
}

function DayOf({ all }: { all: Location[] }) {
  const [search, setSearch] = useSearchParams();
  const [showCancelled, setShowCancelled] = useState(false);
  const [zoom, setZoom] = useState(1);
  const [draft, setDraft] = useState<Draft | null>(null);
  const phone = useMediaQuery("(max-width: 899px)", false, { getInitialValueInEffect: false });
  const { ref, width } = useElementSize();
  const mayBook = useCan()("appointments.create");
  const now = useNow();

  const location = all.find(({ id }) => id === search.get("location")) ?? (all[0] as Location);
  const zone = location.time_zone;
  const asked = search.get("date");
  const date = isLocalDate(asked) ? asked : today(zone, now);
  const { day, error, retry } = useDay(location, date, showCancelled);
  const openId = search.get("appointment");
  const opened = day?.appointments.find(({ id }) => id === openId);

  const change = (changes: Record<string, string | null>, replace = false) => {
    setSearch(
      (before) => {
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) before.delete(key);
          else before.set(key, value);
        }
        return before;
      },
      { replace },
    );
  };
  const go = (to: LocalDate) => {
    change({ date: to === today(zone) ? null : to, appointment: null });
  };
  const startNew = (resource: Resource | null, start: number | null) => {
    setDraft({ resource, start });
  };

  useHotkeys([
    [
      "T",
      () => {
        go(today(zone));
      },
    ],
    [
      "N",
      () => {
        if (mayBook) startNew(null, null);
      },
    ],
  ]);
  useEffect(() => {
    document.title = `${dayText(date)} · ${t("appointment.calendar")}`;
  }, [date]);

  // The button in the bar at the bottom of phones asks for a new appointment through the address.
  const asksNew = mayBook && search.has("new");
  const closeDraft = () => {
    setDraft(null);
    if (asksNew) change({ new: null }, true);
  };
  const form = draft ?? (asksNew ? { resource: null, start: null } : null);
  const fitting = day && width > 0 ? (width - NAME_COLUMN) / minutesBetween(day.range.from, day.range.to) : 0;

  return (
    <div className="calendar" ref={ref}>
      <Toolbar
        date={date}
        zone={zone}
        count={day?.appointments.filter((one) => !isOff(one)).length}
        locations={all}
        location={location}
        zoom={phone ? null : zoom}
        showCancelled={showCancelled}
        onDate={go}
        onStep={(days) => {
          go(addDays(date, days));
        }}
        onLocation={(id) => {
          change({ location: id, appointment: null });
        }}
        onZoom={setZoom}
        onShowCancelled={setShowCancelled}
        onNew={
          mayBook
            ? () => {
                startNew(null, null);
              }
            : undefined
        }
      />
      {error ? <Failed error={error} onRetry={retry} /> : !day && <DaySkeleton />}
      {day && day.lanes.length === 0 && <NoResources />}
      {day && day.lanes.length > 0 && (
        <>
          {phone ? (
            <Agenda
              day={day}
              now={now}
              mayBook={mayBook}
              onOpen={({ id }) => {
                change({ appointment: id });
              }}
              onNew={startNew}
            />
          ) : (
            <Timeline
              day={day}
              now={now}
              scale={Math.max(SMALLEST_SCALE, fitting) * zoom}
              mayBook={mayBook}
              onOpen={({ id }) => {
                change({ appointment: id });
              }}
              onNew={startNew}
            />
          )}
        </>
      )}
      {opened && day && (
        <Details
          appointment={opened}
          day={day}
          now={now}
          onMoved={(moved) => {
            change({ date: moved });
          }}
          onClose={() => {
            change({ appointment: null }, true);
          }}
        />
      )}
      {form && (
        <NewAppointment
          location={location}
          date={date}
          resource={form.resource}
          start={form.start}
          onClose={closeDraft}
        />
      )}
    </div>
  );
}

function NoResources() {
  const mayAdd = useCan()("resources.write");
  return (
    <Empty
      icon={IconArmchair}
      title={t(mayAdd ? "appointment.noResources" : "appointment.noCalendar")}
      hint={t(mayAdd ? "appointment.noResourcesHint" : "appointment.noCalendarHint")}
      action={
        mayAdd && (
          <Button component={Link} to="/app/settings/resources">
            {t("appointment.addResource")}
          </Button>
        )
      }
    />
  );
}

function DaySkeleton() {
  return (
    <div className="day-skeleton" role="status" aria-label={t("common.loading")}>
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={64} radius={8} />
      ))}
    </div>
  );
}
