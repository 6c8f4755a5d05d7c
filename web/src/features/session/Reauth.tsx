import { Button, Divider, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconFingerprint } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { confirmBy } from "@/api/confirm";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { hasPasskeys, PasskeyCancelled } from "@/lib/webauthn";
import { CodeInput } from "@/ui/CodeInput";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { focusFirstError, required } from "@/ui/form";
import { Refused } from "@/ui/Refused";
import { confirmPasskey, confirmPassword, factors } from "./factors";
import { me } from "./queries";

/** Asks "is it still you?" when the server wants to know, and lets what was asked for go on. */
export function Reauth() {
  const [open, setOpen] = useState(false);
  const answer = useRef<(confirmed: boolean) => void>(() => undefined);
  useEffect(
    () =>
      confirmBy(() => {
        setOpen(true);
        return new Promise((resolve) => {
          answer.current = resolve;
        });
      }),
    [],
  );
  const close = (confirmed: boolean) => {
    setOpen(false);
    answer.current(confirmed);
  };
  return open && <ReauthDialog onClose={close} />;
}

function ReauthDialog({ onClose }: { onClose: (confirmed: boolean) => void }) {
  const queries = useQueryClient();
  const known = useQuery({ ...factors, retry: false }).data;
  const [asked, setAsked] = useState(false);
  const needsCode = asked || known?.totp === true;
  const form = useForm({ initialValues: { password: "", code: "" }, validate: { password: required } });
  const done = () => {
    void queries.invalidateQueries({ queryKey: me.queryKey });
    onClose(true);
  };
  const password = useMutation({
    mutationFn: confirmPassword,
    onSuccess: done,
    onError: (error) => {
      if (isApiError(error, "mfa_code_required")) setAsked(true);
    },
  });
  const passkey = useMutation({ mutationFn: confirmPasskey, onSuccess: done });
  const error = password.error ?? (passkey.error instanceof PasskeyCancelled ? null : passkey.error);
  return (
    <Dialog
      title={t("door.reauth.title")}
      size={420}
      above
      onClose={() => {
        onClose(false);
      }}
    >
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ password: typed, code }) => {
          passkey.reset();
          password.mutate({ password: typed, ...(code ? { code } : {}) });
        }, focusFirstError)}
      >
        <p className="soft">{t("door.reauth.hint")}</p>
        {error && <Refused>{refusal(error)}</Refused>}
        <PasswordInput
          label={t("session.password")}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps("password")}
        />
        {needsCode && <CodeInput size="sm" label={t("door.mfa.code")} {...form.getInputProps("code")} />}
        <DialogFooter
          saving={password.isPending}
          label={t("door.reauth.submit")}
          onCancel={() => {
            onClose(false);
          }}
        />
        {hasPasskeys() && known && known.passkeys.length > 0 && (
          <>
            <Divider label={t("door.or")} />
            <Button
              variant="default"
              leftSection={<IconFingerprint size={20} />}
              loading={passkey.isPending}
              onClick={() => {
                password.reset();
                passkey.mutate();
              }}
            >
              {t("door.mfa.usePasskey")}
            </Button>
          </>
        )}
      </form>
    </Dialog>
  );
}

function refusal(error: unknown): string {
  if (isApiError(error, "mfa_code_required")) return t("door.reauth.code");
  if (isApiError(error, "invalid_code")) return t("door.mfa.wrong");
  if (isApiError(error, "invalid_credentials")) return t("door.reauth.wrong");
  return errorText(error);
}
