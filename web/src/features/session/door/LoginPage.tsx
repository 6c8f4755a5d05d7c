import { Anchor, Button, Checkbox, Divider, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { IconFingerprint } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { hasPasskeys, PasskeyCancelled } from "@/lib/webauthn";
import { errorText } from "@/ui/errorText";
import { focusFirstError, required } from "@/ui/form";
import { Info, Refused } from "@/ui/Refused";
import { passkeySignIn } from "../factors";
import { useArrive, useLogin, useNote } from "../queries";
import { Door } from "./Door";

interface Props {
  name: string | undefined;
  hint: string;
  /** Whether staying signed in is offered; the platform's people sign in each time. */
  remember?: boolean;
  foot?: ReactNode;
}

export function LoginPage({ name, hint, remember = false, foot }: Props) {
  const login = useLogin();
  const arrive = useArrive();
  const note = useNote();
  const title = name ? t("session.titleAt", { name }) : t("session.title");
  const form = useForm({
    initialValues: { email: "", password: "", remember: false },
    validate: { email: required, password: required },
  });
  const passkey = useMutation({
    mutationFn: () => passkeySignIn(form.getValues().remember),
    onSuccess: arrive,
  });
  const error = login.error ?? (passkey.error instanceof PasskeyCancelled ? null : passkey.error);

  return (
    <Door title={title} hint={hint} foot={foot}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ email, password, remember: stay }) => {
          passkey.reset();
          login.mutate({ email: email.trim(), password, ...(remember ? { remember: stay } : {}) });
        }, focusFirstError)}
      >
        {error ? <Refused>{refusal(error)}</Refused> : note && <Info>{t(`door.note.${note}`)}</Info>}
        <TextInput
          label={t("common.email")}
          type="email"
          autoComplete="username webauthn"
          size="md"
          {...form.getInputProps("email")}
        />
        <div>
          <PasswordInput
            label={t("session.password")}
            autoComplete="current-password"
            size="md"
            {...form.getInputProps("password")}
          />
          <Anchor component={Link} to="/forgot" className="login-forgot">
            {t("door.forgot.link")}
          </Anchor>
        </div>
        {remember && (
          <Checkbox
            label={t("door.remember")}
            description={t("door.rememberHint")}
            {...form.getInputProps("remember", { type: "checkbox" })}
          />
        )}
        <Button type="submit" size="md" fullWidth loading={login.isPending}>
          {t("session.submit")}
        </Button>
        {hasPasskeys() && (
          <>
            <Divider label={t("door.or")} />
            <Button
              variant="default"
              size="md"
              fullWidth
              leftSection={<IconFingerprint size={20} />}
              loading={passkey.isPending}
              onClick={() => {
                login.reset();
                passkey.mutate();
              }}
            >
              {t("door.passkey")}
            </Button>
          </>
        )}
      </form>
    </Door>
  );
}

function refusal(error: unknown): string {
  if (isApiError(error) && error.status === 429) return t("session.throttled");
  if (isApiError(error) && error.status === 503) return t("door.busy");
  if (isApiError(error, "invalid_credentials", "unauthenticated")) return t("session.refused");
  return errorText(error);
}

export function BookInstead() {
  return (
    <Anchor href="/" className="login-foot">
      {t("session.bookInstead")}
    </Anchor>
  );
}
