import { Anchor, Button, Checkbox, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import { Navigate, useLocation } from "react-router";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { hasPasskeys, PasskeyCancelled } from "@/lib/webauthn";
import { CodeInput } from "@/ui/CodeInput";
import { errorText } from "@/ui/errorText";
import { Refused } from "@/ui/Refused";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { type Proof, useProve } from "../factors";
import { isOver, pending, useArrive, useLogout } from "../queries";
import { Door } from "./Door";
import { Enroll } from "./Enroll";

type Method = Proof["method"];

/** Between the right password and the inside: prove a second factor, or set one up first. */
export default function MfaPage({ remember }: { remember: boolean }) {
  const query = useQuery(pending);
  const arrive = useArrive();
  const { state } = useLocation() as { state: object | null };
  if (query.error && isOver(query.error)) return <Navigate to="/login" replace state={state} />;
  if (query.data?.status === "SIGNED_IN") return <Navigate to="/login" replace state={state} />;
  if (query.data?.status === "MFA_REQUIRED")
    return <Prove methods={query.data.methods as Method[]} remember={remember} />;
  const enroll = query.data !== undefined;
  return (
    <Door
      wide
      title={t(enroll ? "door.enroll.title" : "door.mfa.title")}
      hint={enroll && t("door.enroll.forced")}
      foot={<SignOut />}
    >
      <Loaded query={query} skeleton={<RowsSkeleton rows={2} />}>
        {() => (
          <Enroll
            onDone={({ sign_in }) => {
              arrive(sign_in);
            }}
          />
        )}
      </Loaded>
    </Door>
  );
}

function Prove({ methods, remember }: { methods: readonly Method[]; remember: boolean }) {
  const usable = methods.filter((method) => method !== "passkey" || hasPasskeys());
  const [method, setMethod] = useState<Method>(usable[0] ?? "recovery_code");
  const [code, setCode] = useState("");
  const [stay, setStay] = useState(false);
  const prove = useProve();
  const { state } = useLocation() as { state: object | null };
  if (isOver(prove.error)) return <Navigate to="/login" replace state={{ ...state, note: "too_late" }} />;
  const send = (typed: string) => {
    if (method === "passkey") prove.mutate({ method });
    else if (method === "totp") prove.mutate({ method, code: typed, remember: stay });
    else prove.mutate({ method, code: typed.trim() });
  };
  const choose = (other: Method) => {
    setMethod(other);
    setCode("");
    prove.reset();
  };
  const error = prove.error instanceof PasskeyCancelled ? null : prove.error;

  return (
    <Door title={t("door.mfa.title")} hint={t(`door.mfa.hint.${method}`)} foot={<SignOut />}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send(code);
        }}
      >
        {error && <Refused>{refusal(error)}</Refused>}
        {method === "totp" && (
          <CodeInput
            key={method}
            label={t("door.mfa.code")}
            autoFocus
            value={code}
            onChange={setCode}
            onComplete={send}
          />
        )}
        {method === "recovery_code" && (
          <TextInput
            key={method}
            size="md"
            label={t("door.mfa.recovery")}
            autoFocus
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={code}
            onChange={(event) => {
              setCode(event.currentTarget.value);
            }}
          />
        )}
        {method === "totp" && remember && (
          <Checkbox
            label={t("door.mfa.remember")}
            description={t("door.mfa.rememberHint")}
            checked={stay}
            onChange={(event) => {
              setStay(event.currentTarget.checked);
            }}
          />
        )}
        <Button
          type="submit"
          size="md"
          fullWidth
          leftSection={method === "passkey" && <IconFingerprint size={20} />}
          loading={prove.isPending}
          disabled={method !== "passkey" && code.trim() === ""}
        >
          {t(method === "passkey" ? "door.mfa.usePasskey" : "door.mfa.submit")}
        </Button>
        <div className="ways">
          {usable
            .filter((other) => other !== method)
            .map((other) => (
              <Anchor
                key={other}
                component="button"
                type="button"
                onClick={() => {
                  choose(other);
                }}
              >
                {t(`door.mfa.other.${other}`)}
              </Anchor>
            ))}
        </div>
      </form>
    </Door>
  );
}

function refusal(error: unknown): string {
  if (isApiError(error, "invalid_code")) return t("door.mfa.wrong");
  if (isApiError(error, "factor_locked")) return t("door.mfa.locked");
  return errorText(error);
}

function SignOut() {
  const logout = useLogout();
  return (
    <UnstyledButton
      className="login-foot link"
      onClick={() => {
        logout.mutate();
      }}
    >
      {t("door.other")}
    </UnstyledButton>
  );
}
