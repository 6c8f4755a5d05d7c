import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconDeviceMobile, IconFingerprint, IconLifebuoy } from "@tabler/icons-react";
import { useState } from "react";
import type { Factors as FactorsType } from "@/api/types";
import { Enroll, factors, me, RecoveryCodes, type Way } from "@/features/session";
import { t } from "@/i18n";
import { hasPasskeys } from "@/lib/webauthn";
import { Badge } from "@/ui/Badge";
import { ask, Dialog } from "@/ui/Dialog";
import { Row } from "@/ui/ListPage";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { complained, said } from "@/ui/toast";
import { Ago } from "@/ui/When";
import { useNewCodes, useRemovePasskey } from "./queries";
import { RemovePasskey } from "./RemovePasskey";
import { RemoveTotp } from "./RemoveTotp";
import "./account.css";

type Passkey = NonNullable<FactorsType["passkeys"]>[number];

/** The second step: authenticator app, passkeys, recovery codes. */
export function Factors() {
  const query = useQuery(factors);
  const queries = useQueryClient();
  const [adding, setAdding] = useState<Way | null>(null);
  const [removing, setRemoving] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const newCodes = useNewCodes();
  return (
    <section className="panel">
      <h2>{t("account.factors.title")}</h2>
      <p className="soft">{t("account.factors.hint")}</p>
      <Loaded query={query} skeleton={<RowsSkeleton rows={3} />}>
        {({ totp, passkeys, recovery_codes_left }) => (
          <ul className="list account-list">
            <Row
              icon={<IconDeviceMobile size={20} stroke={1.75} />}
              title={<Named name={t("door.enroll.way.totp")} on={totp} />}
              text={t(totp ? "account.factors.appOn" : "door.enroll.wayHint.totp")}
              side={
                <Button
                  variant="default"
                  size="compact-md"
                  onClick={() => {
                    if (totp) setRemoving(true);
                    else setAdding("totp");
                  }}
                >
                  {t(totp ? "account.factors.remove" : "account.factors.setUp")}
                </Button>
              }
            />
            {(passkeys ?? []).map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} last={!totp && passkeys?.length === 1} />
            ))}
            {hasPasskeys() && (
              <Row
                icon={<IconFingerprint size={20} stroke={1.75} />}
                title={t(passkeys?.length ? "account.factors.anotherPasskey" : "door.enroll.way.passkey")}
                text={t("door.enroll.wayHint.passkey")}
                side={
                  <Button
                    variant="default"
                    size="compact-md"
                    onClick={() => {
                      setAdding("passkey");
                    }}
                  >
                    {t("account.factors.add")}
                  </Button>
                }
              />
            )}
            {(totp || (passkeys ?? []).length > 0) && (
              <Row
                icon={<IconLifebuoy size={20} stroke={1.75} />}
                title={t("account.factors.codes")}
                text={t("account.factors.codesLeft", { count: recovery_codes_left })}
                side={
                  <Button
                    variant="default"
                    size="compact-md"
                    loading={newCodes.isPending}
                    onClick={() => {
                      ask({
                        title: t("account.factors.renewTitle"),
                        text: t("account.factors.renewText"),
                        confirm: t("account.factors.renew"),
                        onConfirm: () => {
                          newCodes.mutate(undefined, {
                            onSuccess: ({ recovery_codes }) => {
                              setCodes(recovery_codes ?? []);
                            },
                            onError: complained,
                          });
                        },
                      });
                    }}
                  >
                    {t("account.factors.renew")}
                  </Button>
                }
              />
            )}
          </ul>
        )}
      </Loaded>
      {adding && (
        <Dialog
          title={t(`door.enroll.way.${adding}`)}
          onClose={() => {
            setAdding(null);
          }}
        >
          <Enroll
            way={adding}
            onDone={({ sign_in }) => {
              if (sign_in.me) queries.setQueryData(me.queryKey, sign_in.me);
              void queries.invalidateQueries({ queryKey: factors.queryKey });
              said(t("account.factors.on"));
              setAdding(null);
            }}
          />
        </Dialog>
      )}
      {removing && (
        <RemoveTotp
          onClose={() => {
            setRemoving(false);
          }}
        />
      )}
      {codes && (
        <Dialog
          title={t("account.factors.codes")}
          dirty
          onClose={() => {
            setCodes(null);
          }}
        >
          <RecoveryCodes
            codes={codes}
            onStored={() => {
              setCodes(null);
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

function Named({ name, on }: { name: string; on: boolean }) {
  return (
    <>
      {name} {on && <Badge tone="green">{t("account.factors.isOn")}</Badge>}
    </>
  );
}

function PasskeyRow({ passkey, last }: { passkey: Passkey; last: boolean }) {
  const remove = useRemovePasskey();
  const [asking, setAsking] = useState(false);
  return (
    <Row
      icon={<IconFingerprint size={20} stroke={1.75} />}
      title={<Named name={passkey.name} on />}
      text={
        <>
          {t("account.factors.used")} <Ago at={passkey.last_used_at} />
        </>
      }
      side={
        <>
          <Button
            variant="default"
            size="compact-md"
            aria-label={t("account.factors.removeWhat", { name: passkey.name })}
            loading={remove.isPending}
            onClick={() => {
              if (last) setAsking(true);
              else
                ask({
                  title: t("account.factors.removeWhat", { name: passkey.name }),
                  text: t("account.factors.removeText"),
                  confirm: t("account.factors.remove"),
                  onConfirm: () => {
                    remove.mutate(passkey.id, { onError: complained });
                  },
                });
            }}
          >
            {t("account.factors.remove")}
          </Button>
          {asking && (
            <RemovePasskey
              passkey={passkey}
              onClose={() => {
                setAsking(false);
              }}
            />
          )}
        </>
      }
    />
  );
}
