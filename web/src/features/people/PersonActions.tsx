import { Button } from "@mantine/core";
import {
  IconEye,
  IconKey,
  IconLogout,
  IconMailForward,
  IconUserCheck,
  IconUserOff,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { User } from "@/api/types";
import { t } from "@/i18n";
import { ask } from "@/ui/Dialog";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { complained, said } from "@/ui/toast";
import { type Scope, userActions, useUserChange } from "./queries";

interface Props {
  scope: Scope;
  person: User;
  onViewAs: () => void;
}

/** The buttons that the server says its reader may press, for this person. */
export function PersonActions({ scope, person, onViewAs }: Props) {
  const to = userActions(scope, person.id);
  const name = person.name || person.email;
  const [deactivating, setDeactivating] = useState(false);
  const deactivate = useUserChange(to.deactivate);
  const reactivate = useUserChange(to.reactivate);
  const resetPassword = useUserChange(to.resetPassword);
  const resetFactors = useUserChange(to.resetFactors);
  const endSessions = useUserChange(to.endSessions);
  const { can } = person;
  const buttons: ReactNode[] = [
    can.masquerade && (
      <Button key="as" variant="default" leftSection={<IconEye size={18} />} onClick={onViewAs}>
        {t("masquerade.viewAs")}
      </Button>
    ),
    can.reset_password && (
      <Action
        key="password"
        icon={<IconMailForward size={18} />}
        label={t("people.resetPassword")}
        busy={resetPassword.isPending}
        onClick={() => {
          resetPassword.mutate(undefined, {
            onSuccess: () => {
              said(t("people.resetSent", { email: person.email }));
            },
            onError: complained,
          });
        }}
      />
    ),
    can.end_sessions && (
      <Action
        key="sessions"
        icon={<IconLogout size={18} />}
        label={t("people.endSessions")}
        busy={endSessions.isPending}
        onClick={() => {
          endSessions.mutate(undefined, {
            onSuccess: () => {
              said(t("people.sessionsEnded", { name }));
            },
            onError: complained,
          });
        }}
      />
    ),
    can.reset_mfa && person.mfa_enrolled && (
      <Action
        key="mfa"
        icon={<IconKey size={18} />}
        label={t("people.resetFactors")}
        busy={resetFactors.isPending}
        onClick={() => {
          ask({
            title: t("people.resetFactorsTitle", { name }),
            text: t("people.resetFactorsText"),
            confirm: t("people.resetFactors"),
            onConfirm: () => {
              resetFactors.mutate(undefined, {
                onSuccess: () => {
                  said(t("people.factorsReset", { name }));
                },
                onError: complained,
              });
            },
          });
        }}
      />
    ),
    can.reactivate && (
      <Action
        key="reactivate"
        icon={<IconUserCheck size={18} />}
        label={t("people.reactivate")}
        busy={reactivate.isPending}
        onClick={() => {
          reactivate.mutate(undefined, {
            onSuccess: () => {
              said(t("people.reactivated", { name }));
            },
            onError: complained,
          });
        }}
      />
    ),
    can.deactivate && (
      <Button
        key="deactivate"
        variant="subtle"
        color="red"
        className="danger"
        leftSection={<IconUserOff size={18} />}
        onClick={() => {
          setDeactivating(true);
        }}
      >
        {t("people.deactivate")}
      </Button>
    ),
  ].filter(Boolean);
  if (buttons.length === 0) return <p className="soft">{t("people.nothingToDo")}</p>;
  return (
    <section>
      <h3>{t("people.actions")}</h3>
      <div className="button-row">{buttons}</div>
      {deactivating && (
        <ReasonDialog
          title={t("people.deactivateTitle", { name })}
          text={t("people.deactivateText", { name })}
          confirm={t("people.deactivate")}
          optional
          busy={deactivate.isPending}
          onConfirm={(reason, onError) => {
            deactivate.mutate(reason, {
              onSuccess: () => {
                said(t("people.deactivated", { name }));
                setDeactivating(false);
              },
              onError,
            });
          }}
          onClose={() => {
            setDeactivating(false);
          }}
        />
      )}
    </section>
  );
}

interface ActionProps {
  icon: ReactNode;
  label: string;
  busy: boolean;
  onClick: () => void;
}

function Action({ icon, label, busy, onClick }: ActionProps) {
  return (
    <Button variant="default" leftSection={icon} loading={busy} onClick={onClick}>
      {label}
    </Button>
  );
}
