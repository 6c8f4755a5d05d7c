import { Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMe, RoleBadge } from "@/features/session";
import { t } from "@/i18n";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, reasonShape, useRefusal } from "@/ui/form";
import { Info } from "@/ui/Refused";
import { useStartMasquerade } from "./queries";

interface Props {
  person: { id: string; name: string; email: string; role: string; tenant?: { name: string } | null };
  onClose: () => void;
}

/** Says who will see it, asks for the reason, and then shows the other person's pages. */
export function StartDialog({ person, onClose }: Props) {
  const own = useMe();
  const owner = own?.user.role === "TENANT_OWNER";
  const start = useStartMasquerade();
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (owner && !value.trim() ? null : reasonShape(value)) },
  });
  const { refused, note, clear } = useRefusal(form);
  const name = person.name || person.email;
  return (
    <Dialog title={t("masquerade.start", { name })} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ reason }) => {
          clear();
          start.mutate(
            {
              user_id: person.id,
              ...(reason.trim() ? { reason: reason.trim() } : {}),
              return_path: window.location.pathname + window.location.search,
            },
            { onError: refused },
          );
        }, focusFirstError)}
      >
        {note}
        <p className="invite-as">
          <RoleBadge role={person.role} /> <span>{person.email}</span>
          {person.tenant && <span className="soft">{person.tenant.name}</span>}
        </p>
        <p>{t("masquerade.what")}</p>
        <Info>
          {t(owner ? "masquerade.seenOwn" : person.tenant ? "masquerade.seen" : "masquerade.seenPlatform")}
        </Info>
        <Textarea
          label={owner ? t("masquerade.reasonOptional") : t("common.reason")}
          description={t("masquerade.reasonHint")}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps("reason")}
        />
        <DialogFooter
          saving={start.isPending || start.isSuccess}
          label={t("masquerade.go", { name })}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
