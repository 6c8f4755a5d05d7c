import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconDeviceMobile, IconFingerprint } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { isApiError } from "@/api/error";
import type { Enrolled } from "@/api/types";
import { t } from "@/i18n";
import { hasPasskeys, PasskeyCancelled } from "@/lib/webauthn";
import { CodeInput } from "@/ui/CodeInput";
import { CopyText } from "@/ui/CopyText";
import { errorText } from "@/ui/errorText";
import { Refused } from "@/ui/Refused";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { confirmTotp, enrollPasskey, newTotp } from "../factors";
import { RecoveryCodes } from "./RecoveryCodes";

export type Way = "totp" | "passkey";

interface Props {
  /** Without a way, people choose one. */
  way?: Way;
  onDone: (enrolled: Enrolled) => void;
}

/** Sets up a second factor; recovery codes, when there are new ones, are shown before it is done. */
export function Enroll({ way: given, onDone }: Props) {
  const [way, setWay] = useState<Way | undefined>(given);
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null);
  const codes = enrolled?.recovery_codes;
  const made = (answer: Enrolled) => {
    if (answer.recovery_codes) setEnrolled(answer);
    else onDone(answer);
  };
  if (enrolled && codes)
    return (
      <RecoveryCodes
        codes={codes}
        onStored={() => {
          onDone(enrolled);
        }}
      />
    );
  if (!way) return <Choice onChoose={setWay} />;
  const back = !given && (
    <Button
      variant="subtle"
      leftSection={<IconArrowLeft size={18} />}
      onClick={() => {
        setWay(undefined);
      }}
    >
      {t("door.enroll.otherWay")}
    </Button>
  );
  return way === "totp" ? <AppSteps back={back} onDone={made} /> : <PasskeyStep back={back} onDone={made} />;
}

function Choice({ onChoose }: { onChoose: (way: Way) => void }) {
  const ways = [
    ["passkey", IconFingerprint],
    ["totp", IconDeviceMobile],
  ] as const;
  return (
    <div className="choices">
      {ways
        .filter(([way]) => way !== "passkey" || hasPasskeys())
        .map(([way, Icon]) => (
          <button
            key={way}
            type="button"
            className="choice"
            onClick={() => {
              onChoose(way);
            }}
          >
            <span className="row-icon">
              <Icon size={22} stroke={1.75} aria-hidden />
            </span>
            <span>
              <strong>{t(`door.enroll.way.${way}`)}</strong>
              <span className="soft">{t(`door.enroll.wayHint.${way}`)}</span>
            </span>
          </button>
        ))}
    </div>
  );
}

interface StepProps {
  back: ReactNode;
  onDone: (enrolled: Enrolled) => void;
}

function AppSteps({ back, onDone }: StepProps) {
  const totp = useQuery(newTotp);
  const [code, setCode] = useState("");
  const confirm = useMutation({ mutationFn: confirmTotp, onSuccess: onDone });
  return (
    <Loaded query={totp} skeleton={<RowsSkeleton rows={3} />}>
      {({ secret, uri, qr_svg }) => (
        <form
          className="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate(code);
          }}
        >
          <ol className="steps">
            <li>
              <p>{t("door.enroll.scan")}</p>
              <img
                className="qr"
                alt={t("door.enroll.qrAlt")}
                src={`data:image/svg+xml,${encodeURIComponent(qr_svg)}`}
              />
              <CopyText label={t("door.enroll.secret")} value={secret} />
              <a href={uri} className="only-touch">
                {t("door.enroll.openApp")}
              </a>
            </li>
            <li>
              <p>{t("door.enroll.type")}</p>
              {confirm.error && (
                <Refused>
                  {isApiError(confirm.error, "invalid_code") ? t("door.mfa.wrong") : errorText(confirm.error)}
                </Refused>
              )}
              <CodeInput
                label={t("door.mfa.code")}
                value={code}
                onChange={setCode}
                onComplete={(typed) => {
                  confirm.mutate(typed);
                }}
              />
            </li>
          </ol>
          <div className="form-buttons">
            {back}
            <Button type="submit" loading={confirm.isPending} disabled={code.length < 6}>
              {t("door.enroll.turnOn")}
            </Button>
          </div>
        </form>
      )}
    </Loaded>
  );
}

function PasskeyStep({ back, onDone }: StepProps) {
  const [name, setName] = useState<string>(t("door.enroll.thisDevice"));
  const make = useMutation({ mutationFn: enrollPasskey, onSuccess: onDone });
  const error = make.error instanceof PasskeyCancelled ? null : make.error;
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(name.trim() || t("door.enroll.thisDevice"));
      }}
    >
      {error && <Refused>{errorText(error)}</Refused>}
      <TextInput
        size="md"
        label={t("door.enroll.name")}
        description={t("door.enroll.nameHint")}
        maxLength={100}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <div className="form-buttons">
        {back}
        <Button type="submit" leftSection={<IconFingerprint size={20} />} loading={make.isPending}>
          {t("door.enroll.makePasskey")}
        </Button>
      </div>
    </form>
  );
}
