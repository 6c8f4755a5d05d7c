import { PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMe } from "@/features/session";
import { t } from "@/i18n";
import { CodeInput } from "@/ui/CodeInput";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { NewPassword } from "@/ui/NewPassword";
import { said } from "@/ui/toast";
import { useRemoveTotp } from "./queries";

export function RemoveTotp({ onClose }: { onClose: () => void }) {
  const remove = useRemoveTotp();
  const form = useForm({
    initialValues: { password: "", code: "", new_password: "" },
    validate: { password: required, code: required },
  });
  const { refused, note, clear } = useRefusal(form);
  const own = useMe();
  // A password that is too short to stand alone has to become a longer one in the same step.
  const asksForPassword = form.errors["new_password"] !== undefined || form.values.new_password !== "";
  return (
    <Dialog title={t("account.factors.removeApp")} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ new_password, ...values }) => {
          clear();
          remove.mutate(
            { ...values, ...(new_password ? { new_password } : {}) },
            {
              onSuccess: () => {
                said(t("account.factors.removed"));
                onClose();
              },
              onError: refused,
            },
          );
        }, focusFirstError)}
      >
        {note}
        <p className="soft">{t("account.factors.removeAppText")}</p>
        <PasswordInput
          label={t("session.password")}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps("password")}
        />
        <CodeInput size="sm" label={t("door.mfa.code")} {...form.getInputProps("code")} />
        {asksForPassword && (
          <NewPassword
            personal={[own?.user.name ?? "", own?.user.email ?? ""]}
            {...form.getInputProps("new_password")}
          />
        )}
        <DialogFooter
          saving={remove.isPending}
          label={t("account.factors.remove")}
          danger
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
