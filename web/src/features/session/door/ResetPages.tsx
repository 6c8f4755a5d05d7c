import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { IconMailForward } from "@tabler/icons-react";
import { Link, useNavigate } from "react-router";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { useFragment } from "@/lib/fragment";
import { LONG_WITH_FACTOR } from "@/lib/password";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { brokenRule, NewPassword } from "@/ui/NewPassword";
import { Door, Expired, ToLoginLink } from "./Door";

export function ForgotPage() {
  const form = useForm({ initialValues: { email: "" }, validate: { email: required } });
  const { refused, note, clear } = useRefusal(form);
  const send = useMutation({
    mutationFn: (email: string) => take(api.POST("/api/v1/auth/reset", { body: { email } })),
    onError: refused,
  });
  if (send.isSuccess)
    return (
      <Door
        title={t("door.forgot.sent")}
        hint={t("door.forgot.sentHint", { email: send.variables })}
        foot={<ToLoginLink />}
      />
    );
  return (
    <Door title={t("door.forgot.title")} hint={t("door.forgot.hint")} foot={<ToLoginLink />}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ email }) => {
          clear();
          send.mutate(email.trim());
        }, focusFirstError)}
      >
        {note}
        <TextInput
          label={t("common.email")}
          type="email"
          autoComplete="username"
          size="md"
          {...form.getInputProps("email")}
        />
        <Button
          type="submit"
          size="md"
          fullWidth
          leftSection={<IconMailForward size={20} />}
          loading={send.isPending}
        >
          {t("door.forgot.submit")}
        </Button>
      </form>
    </Door>
  );
}

export function ResetPage() {
  const token = useFragment();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { password: "" },
    // Whether there is a second factor, which allows a shorter one, is for the server to know.
    validate: { password: (value) => brokenRule(value, LONG_WITH_FACTOR, []) },
  });
  const { refused, note, clear } = useRefusal(form);
  const save = useMutation({
    mutationFn: (password: string) =>
      take(api.POST("/api/v1/auth/reset/confirm", { body: { token, password } })),
    onSuccess: () => navigate("/login", { replace: true, state: { note: "password_set" } }),
    onError: refused,
  });
  if (!token || isApiError(save.error, "link_expired"))
    return (
      <Expired
        again={
          <Button component={Link} to="/forgot" size="md">
            {t("door.forgot.again")}
          </Button>
        }
      />
    );
  return (
    <Door title={t("door.reset.title")} hint={t("door.reset.hint")} foot={<ToLoginLink />}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ password }) => {
          clear();
          save.mutate(password);
        }, focusFirstError)}
      >
        {note}
        <NewPassword
          least={LONG_WITH_FACTOR}
          personal={[]}
          description={t("door.reset.lengths")}
          {...form.getInputProps("password")}
        />
        <Button type="submit" size="md" fullWidth loading={save.isPending}>
          {t("door.reset.submit")}
        </Button>
      </form>
    </Door>
  );
}
