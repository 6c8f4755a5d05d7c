import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Customer } from "@/api/types";
import { t } from "@/i18n";
import { ArchiveButton } from "@/ui/ArchiveButton";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { complained, said } from "@/ui/toast";
import { useArchiveCustomer, useSaveCustomer } from "./queries";

interface Props {
  customer: Customer | null;
  onClose: () => void;
}

export function CustomerDialog({ customer, onClose }: Props) {
  const save = useSaveCustomer(customer?.id);
  const archive = useArchiveCustomer();
  const form = useForm({
    initialValues: { name: customer?.name ?? "", email: customer?.email ?? "", phone: customer?.phone ?? "" },
    validate: { name: required },
  });
  const { refused, note, clear } = useRefusal(form);

  const submit = form.onSubmit(({ name, email, phone }) => {
    clear();
    save.mutate(
      { name: name.trim(), email: email.trim(), phone: phone.trim() },
      {
        onSuccess: () => {
          said(t("common.saved"));
          onClose();
        },
        onError: refused,
      },
    );
  }, focusFirstError);

  return (
    <Dialog title={t(customer ? "customer.edit" : "customer.add")} dirty={form.isDirty()} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput label={t("common.name")} data-autofocus {...form.getInputProps("name")} />
        <TextInput label={t("common.email")} type="email" {...form.getInputProps("email")} />
        <TextInput label={t("common.phone")} type="tel" {...form.getInputProps("phone")} />
        <DialogFooter
          saving={save.isPending}
          onCancel={onClose}
          left={
            customer && (
              <ArchiveButton
                title={t("customer.archiveTitle", { name: customer.name })}
                text={t("customer.archiveText")}
                busy={archive.isPending}
                onArchive={() => {
                  archive.mutate(customer.id, { onSuccess: onClose, onError: complained });
                }}
              />
            )
          }
        />
      </form>
    </Dialog>
  );
}
