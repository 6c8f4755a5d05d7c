import { Button, Drawer, Group } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconArrowsMove, IconBan, IconMail, IconPhone } from "@tabler/icons-react";
import { useState } from "react";
import type { Appointment } from "@/api/types";
import { customer } from "@/features/customer";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { durationText, timeText, whenText } from "@/lib/format";
import { minutesBetween } from "@/lib/dayRange";
import { moneyText } from "@/lib/money";
import type { LocalDate } from "@/lib/zone";
import { PHONE } from "@/ui/Dialog";
import { isOpen, stateOf, StateBadge } from "../state";
import { CancelDialog } from "./CancelDialog";
import { MoveDialog } from "./MoveDialog";
import type { Day } from "./useDay";

interface Props {
  appointment: Appointment;
  day: Day;
  now: number;
  onMoved: (date: LocalDate) => void;
  onClose: () => void;
}

export function Details({ appointment, day, now, onMoved, onClose }: Props) {
  const [doing, setDoing] = useState<"move" | "cancel" | null>(null);
  const can = useCan();
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const state = stateOf(appointment, now);
  const { start, end, price } = appointment;
  const people = day.lanes
    .filter(({ resource }) => appointment.resource_ids?.includes(resource.id))
    .map(({ resource }) => resource.name);
  const done = () => {
    setDoing(null);
  };

  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={doing === null}
      trapFocus={doing === null}
      position={phone ? "bottom" : "right"}
      size={phone ? "auto" : 400}
      className={phone ? "sheet" : undefined}
      title={t("appointment.details")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <div className="details">
        <div className="details-head">
          <h2>{appointment.customer_name}</h2>
          <StateBadge state={state} />
        </div>
        {can("customers.read") && <Contact id={appointment.customer_id} />}
        <dl className="facts tabular">
          <Fact name={t("appointment.service")}>{appointment.service_name}</Fact>
          <Fact name={t("appointment.when")}>
            {whenText(start, day.zone)} – {timeText(end, day.zone)}
            <span className="soft">
              {" "}
              · {durationText(minutesBetween(Date.parse(start), Date.parse(end)))}
            </span>
          </Fact>
          <Fact name={t("appointment.who")}>{people.join(", ") || "–"}</Fact>
          {price && <Fact name={t("appointment.price")}>{moneyText(price)}</Fact>}
        </dl>
        {can("appointments.write") && isOpen(appointment) && (
          <Group gap={8} mt="lg">
            <Button
              leftSection={<IconArrowsMove size={18} />}
              onClick={() => {
                setDoing("move");
              }}
            >
              {t("appointment.move")}
            </Button>
            <Button
              variant="default"
              className="danger"
              leftSection={<IconBan size={18} />}
              onClick={() => {
                setDoing("cancel");
              }}
            >
              {t("appointment.cancel")}
            </Button>
          </Group>
        )}
      </div>
      {doing === "move" && <MoveDialog appointment={appointment} onMoved={onMoved} onClose={done} />}
      {doing === "cancel" && <CancelDialog appointment={appointment} onCancelled={onClose} onClose={done} />}
    </Drawer>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Contact({ id }: { id: string }) {
  const { data } = useQuery(customer(id));
  if (!data) return null;
  return (
    <p className="contact">
      {data.phone && (
        <a href={`tel:${data.phone}`}>
          <IconPhone size={16} aria-hidden /> {data.phone}
        </a>
      )}
      {data.email && (
        <a href={`mailto:${data.email}`}>
          <IconMail size={16} aria-hidden /> {data.email}
        </a>
      )}
    </p>
  );
}
