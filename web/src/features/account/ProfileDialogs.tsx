import { PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { isApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { t } from "@/i18n";
import { LONG, LONG_WITH_FACTOR } from "@/lib/password";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { brokenRule, NewPassword } from "@/ui/NewPassword";
import { said } from "@/ui/toast";
import { useNewEmail, useNewPassword, useRename } from "./queries";

interface Props {
  onClose: () => void;
}

export function NameDialog({ name, onClose }: Props & { name: string }) {
  const save = useRename();
  const form = useForm({ initialValues: { name }, validate: { name: required } });
  const { refused, note, clear } = useRefusal(form);
  const submit = form.onSubmit((values) => {
    clear();
    save.mutate(values.name.trim(), {
      onSuccess: () => {
        said(t("common.saved"));
        onClose();
      },
      onError: refused,
    });
  }, focusFirstError);
  return (
    <Dialog title={t("account.change.name")} dirty={form.isDirty()} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput
          label={t("common.name")}
          autoComplete="name"
          maxLength={200}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <DialogFooter saving={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

export function EmailDialog({ onClose }: Props) {
  const save = useNewEmail();
  const form = useForm({ initialValues: { email: "" }, validate: { email: required } });
  const { refused, note, clear } = useRefusal(form);
  const submit = form.onSubmit(({ email }) => {
    clear();
    save.mutate(email.trim(), {
      onSuccess: () => {
        said(t("account.email.sent", { email: email.trim() }));
        onClose();
      },
      onError: refused,
    });
  }, focusFirstError);
  return (
    <Dialog title={t("account.change.email")} dirty={form.isDirty()} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput
          label={t("account.email.new")}
          description={t("account.email.hint")}
          type="email"
          autoComplete="email"
          data-autofocus
          {...form.getInputProps("email")}
        />
        <DialogFooter saving={save.isPending} label={t("account.email.submit")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

export function PasswordDialog({ me, onClose }: Props & { me: Me }) {
  const save = useNewPassword();
  const least = me.mfa.enrolled ? LONG_WITH_FACTOR : LONG;
  const personal = [me.user.name, me.user.email, me.tenant?.name ?? ""];
  const form = useForm({
    initialValues: { current: "", password: "" },
    validate: { current: required, password: (value) => brokenRule(value, least, personal) },
  });
  const { refused, note, clear } = useRefusal(form);
  const submit = form.onSubmit((values) => {
    clear();
    save.mutate(values, {
      onSuccess: () => {
        said(t("account.password.done"));
        onClose();
      },
      onError: (error) => {
        if (isApiError(error, "invalid_credentials")) {
          form.setFieldError("current", t("door.reauth.wrong"));
          focusFirstError();
        } else refused(error);
      },
    });
  }, focusFirstError);
  return (
    <Dialog title={t("account.change.password")} dirty={form.isDirty()} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <input type="hidden" autoComplete="username" value={me.user.email} readOnly />
        <PasswordInput
          label={t("account.password.current")}
          autoComplete="current-password"
          size="md"
          data-autofocus
          {...form.getInputProps("current")}
        />
        <NewPassword least={least} personal={personal} {...form.getInputProps("password")} />
        <p className="soft">{t("account.password.hint")}</p>
        <DialogFooter saving={save.isPending} label={t("account.password.submit")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
