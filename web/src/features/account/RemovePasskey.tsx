import { PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Factors } from "@/api/types";
import { useMe } from "@/features/session";
import { t } from "@/i18n";
import { hasPasskeys, PasskeyCancelled } from "@/lib/webauthn";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { NewPassword } from "@/ui/NewPassword";
import { said } from "@/ui/toast";
import { useRemoveLastPasskey } from "./queries";

/** The last second step goes only by the password and that step itself, or a recovery code. */
export function RemovePasskey({
  passkey,
  onClose,
}: {
  passkey: Factors["passkeys"][number];
  onClose: () => void;
}) {
  const remove = useRemoveLastPasskey();
  const byPasskey = hasPasskeys();
  const form = useForm({
    initialValues: { password: "", code: "", new_password: "" },
    validate: { password: required, code: (code: string) => (byPasskey ? null : required(code)) },
  });
  const { refused, note, clear } = useRefusal(form);
  const own = useMe();
  // A password that is too short to stand alone has to become a longer one in the same step.
  const asksForPassword = form.errors["new_password"] !== undefined || form.values.new_password !== "";
  return (
    <Dialog title={t("account.factors.removeWhat", { name: passkey.name })} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit((values) => {
          clear();
          remove.mutate(
            { id: passkey.id, ...values },
            {
              onSuccess: () => {
                said(t("account.factors.off"));
                onClose();
              },
              onError: (error) => {
                if (!(error instanceof PasskeyCancelled)) refused(error);
              },
            },
          );
        }, focusFirstError)}
      >
        {note}
        <p className="soft">{t("account.factors.removeLast")}</p>
        <PasswordInput
          label={t("session.password")}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps("password")}
        />
        <TextInput
          label={t("door.mfa.recovery")}
          description={byPasskey && t("account.factors.orPasskey")}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          {...form.getInputProps("code")}
        />
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
