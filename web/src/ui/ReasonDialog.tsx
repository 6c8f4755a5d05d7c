import { Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { Dialog, DialogFooter } from "./Dialog";
import { focusFirstError, reasonShape, useRefusal } from "./form";

interface Props {
  title: string;
  text: ReactNode;
  confirm: string;
  /** Whether it goes without a reason. */
  optional?: boolean;
  hint?: string;
  busy: boolean;
  onConfirm: (reason: string | undefined, onError: (error: unknown) => void) => void;
  onClose: () => void;
}

/** Asks before something serious, with the name of what it is about, and why. */
export function ReasonDialog({ title, text, confirm, optional, hint, busy, onConfirm, onClose }: Props) {
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (optional && !value.trim() ? null : reasonShape(value)) },
  });
  const { refused, note, clear } = useRefusal(form);
  return (
    <Dialog title={title} above onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ reason }) => {
          clear();
          onConfirm(reason.trim() || undefined, refused);
        }, focusFirstError)}
      >
        {note}
        <p>{text}</p>
        <Textarea
          label={t(optional ? "common.reasonOptional" : "common.reason")}
          description={hint}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps("reason")}
        />
        <DialogFooter saving={busy} label={confirm} danger onCancel={onClose} />
      </form>
    </Dialog>
  );
}
