import { Alert, Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { errorText } from "@/ui/errorText";
import { required } from "@/ui/form";
import { Mark } from "@/ui/Mark";
import { useLogin } from "./queries";
import "./login.css";

interface Props {
  name: string | undefined;
  hint: string;
  foot?: ReactNode;
}

export function LoginPage({ name, hint, foot }: Props) {
  const login = useLogin();
  const title = name ? t("session.titleAt", { name }) : t("session.title");
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: { email: required, password: required },
  });
  useEffect(() => {
    document.title = title;
  }, [title]);

  return (
    <main className="login">
      <div className="login-card">
        <span className="login-mark">
          <Mark size={40} />
        </span>
        <h1>{title}</h1>
        <p className="soft">{hint}</p>
        <form
          className="form"
          noValidate
          onSubmit={form.onSubmit((values) => {
            login.mutate({ ...values, email: values.email.trim() });
          })}
        >
          {login.error && (
            <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
              {refusal(login.error)}
            </Alert>
          )}
          <TextInput
            label={t("common.email")}
            type="email"
            autoComplete="username"
            size="md"
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("session.password")}
            autoComplete="current-password"
            size="md"
            {...form.getInputProps("password")}
          />
          <Button type="submit" size="md" fullWidth loading={login.isPending}>
            {t("session.submit")}
          </Button>
        </form>
        {foot}
      </div>
    </main>
  );
}

function refusal(error: unknown): string {
  if (isApiError(error) && error.status === 429) return t("session.throttled");
  if (isApiError(error) && error.status === 401) return t("session.refused");
  return errorText(error);
}

export function BookInstead() {
  return (
    <Anchor href="/" className="login-foot">
      {t("session.bookInstead")}
    </Anchor>
  );
}
