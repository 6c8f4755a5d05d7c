import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isApiError } from "@/api/error";
import type { Appointment } from "@/api/types";
import { resources } from "@/features/resource";
import { useOwnCalendars } from "@/features/session";
import { services } from "@/features/service";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import type { LocalDate } from "@/lib/zone";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { said } from "@/ui/toast";
import { useReschedule } from "../queries";
import { NearestTimes } from "./NearestTimes";
import { startOf, WhenFields, whenOf, whenOfSlot, type When } from "./WhenFields";

interface Props {
  appointment: Appointment;
  onMoved: (date: LocalDate) => void;
  onClose: () => void;
}

export function MoveDialog({ appointment, onMoved, onClose }: Props) {
  const { id, service_id, location_id, time_zone: zone, start } = appointment;
  const before = whenOf(Date.parse(start), zone, appointment.resource_ids?.[0] ?? null);
  const [when, setWhen] = useState(before);
  const [notify, setNotify] = useState(true);
  const [typedError, setTypedError] = useState<string>();
  const move = useReschedule(id);
  const service = useQuery(services()).data?.find((one) => one.id === service_id);
  const own = useOwnCalendars();
  const people = own(useQuery(resources()).data ?? []).filter(
    (one) => one.location_id === location_id && (!service || service.resource_ids?.includes(one.id)),
  );
  const taken = isApiError(move.error, "slot_unavailable") ? move.error : null;

  const send = (at: When) => {
    const typed = startOf(at, zone);
    setTypedError("error" in typed ? typed.error : undefined);
    if ("error" in typed) return;
    const body = { start: typed.start, notify, ...(at.resourceId ? { resource_ids: [at.resourceId] } : {}) };
    move.mutate(body, {
      onSuccess: (moved) => {
        said(t("appointment.moved", { when: whenText(moved.start, zone) }));
        onMoved(at.date);
        onClose();
      },
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(when);
  };
  const serverError = isApiError(move.error) ? move.error.byField()["start"] : undefined;

  return (
    <Dialog
      title={t("appointment.moveTitle")}
      size={520}
      dirty={JSON.stringify(when) !== JSON.stringify(before)}
      onClose={onClose}
    >
      <form className="form" noValidate onSubmit={submit}>
        <p className="soft">
          {appointment.customer_name} · {appointment.service_name} · {whenText(start, zone)}
        </p>
        {taken && (
          <NearestTimes
            refusal={taken}
            zone={zone}
            onPick={(slot) => {
              const next = whenOfSlot(slot, zone, when.resourceId);
              setWhen(next);
              send(next);
            }}
          />
        )}
        {move.error && !taken && !serverError && (
          <p className="form-error" role="alert">
            {errorText(move.error)}
          </p>
        )}
        <WhenFields
          value={when}
          onChange={setWhen}
          serviceId={service_id}
          location={{ id: location_id, time_zone: zone }}
          people={people}
          anyone={false}
          errors={{ start: typedError ?? serverError }}
        />
        <Checkbox
          label={t("appointment.notify")}
          checked={notify}
          onChange={(event) => {
            setNotify(event.currentTarget.checked);
          }}
        />
        <DialogFooter saving={move.isPending} label={t("appointment.moveSave")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
