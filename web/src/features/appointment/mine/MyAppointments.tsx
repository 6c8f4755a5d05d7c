import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCalendarHeart, IconPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { Appointment } from "@/api/types";
import { t } from "@/i18n";
import { timeText, whenText } from "@/lib/format";
import { moneyText } from "@/lib/money";
import { useNow } from "@/lib/now";
import { Row } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { appointmentsBetween } from "../queries";
import { stateOf, StateBadge } from "../state";

const DAY = 86_400_000;

export default function MyAppointments() {
  const now = useNow();
  // The longest range that is answered: a day back, and as far ahead as can be booked.
  const [since] = useState(() => Math.floor(Date.now() / DAY) * DAY);
  const query = useQuery(appointmentsBetween(since - DAY, since + 61 * DAY));
  useEffect(() => {
    document.title = t("appointment.mine.title");
  }, []);
  const book = (
    <Button component="a" href="/" leftSection={<IconPlus size={18} />}>
      {t("appointment.mine.book")}
    </Button>
  );

  return (
    <div className="content">
      <div className="page-head">
        <h1>{t("appointment.mine.title")}</h1>
        {query.data && query.data.length > 0 && book}
      </div>
      <Loaded query={query}>
        {(all) => {
          const sorted = [...all].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
          const ahead = sorted.filter((one) =>
            ["requested", "upcoming", "arrived", "running"].includes(stateOf(one, now)),
          );
          const rest = sorted.filter((one) => !ahead.includes(one)).reverse();
          if (all.length === 0) {
            return (
              <Empty
                icon={IconCalendarHeart}
                title={t("appointment.mine.empty")}
                hint={t("appointment.mine.emptyHint")}
                action={book}
              />
            );
          }
          return (
            <>
              <Part title={t("appointment.mine.upcoming")} rows={ahead} now={now} />
              <Part title={t("appointment.mine.past")} rows={rest} now={now} />
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function Part({ title, rows, now }: { title: string; rows: Appointment[]; now: number }) {
  if (rows.length === 0) return null;
  return (
    <section className="part" aria-label={title}>
      <h2>{title}</h2>
      <ul className="list">
        {rows.map((one) => (
          <Row
            key={one.id}
            title={
              <>
                {one.service_name} <StateBadge state={stateOf(one, now)} />
              </>
            }
            text={`${whenText(one.start, one.time_zone)} – ${timeText(one.end, one.time_zone)}`}
            end={one.price && moneyText(one.price)}
          />
        ))}
      </ul>
    </section>
  );
}
