import { Button, Checkbox, Textarea } from "@mantine/core";
import { useState } from "react";
import type { Appointment } from "@/api/types";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import { Dialog } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { said } from "@/ui/toast";
import { useCancelAppointment } from "../queries";

interface Props {
  appointment: Appointment;
  onCancelled: () => void;
  onClose: () => void;
}

export function CancelDialog({ appointment, onCancelled, onClose }: Props) {
  const cancel = useCancelAppointment(appointment.id);
  const [reason, setReason] = useState("");
  const [notify, setNotify] = useState(true);
  const { service_name: service, customer_name: customer, start, time_zone } = appointment;
  return (
    <Dialog title={t("appointment.cancelTitle")} size={440} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          cancel.mutate(
            { reason: reason.trim(), notify },
            {
              onSuccess: () => {
                said(t("appointment.cancelled", { customer }));
                onCancelled();
              },
            },
          );
        }}
      >
        <p>{t("appointment.cancelText", { service, customer, when: whenText(start, time_zone) })}</p>
        <Textarea
          label={`${t("appointment.reason")} (${t("common.optional")})`}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        <Checkbox
          label={t("appointment.notify")}
          checked={notify}
          onChange={(event) => {
            setNotify(event.currentTarget.checked);
          }}
        />
        {cancel.error && (
          <p className="form-error" role="alert">
            {errorText(cancel.error)}
          </p>
        )}
        <div className="dialog-footer">
          <div />
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("appointment.keep")}
          </Button>
          <Button type="submit" color="red.9" loading={cancel.isPending}>
            {t("appointment.cancel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
