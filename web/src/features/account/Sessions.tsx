import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDeviceDesktop, IconDeviceMobile, IconEye, IconLogout } from "@tabler/icons-react";
import type { SessionRow } from "@/api/types";
import { roleName, useLogoutEverywhere } from "@/features/session";
import { t } from "@/i18n";
import { deviceText, isPhone } from "@/lib/device";
import { Badge } from "@/ui/Badge";
import { ask } from "@/ui/Dialog";
import { Row } from "@/ui/ListPage";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { complained, said } from "@/ui/toast";
import { Ago } from "@/ui/When";
import { mySessions, useEndOthers, useEndSession } from "./queries";

/** Where somebody is signed in, and who of the platform looks in. */
export function Sessions() {
  const query = useQuery(mySessions);
  const others = useEndOthers();
  const everywhere = useLogoutEverywhere();
  return (
    <section className="panel">
      <h2>{t("account.sessions")}</h2>
      <p className="soft">{t("account.sessionsHint")}</p>
      <Loaded query={query} skeleton={<RowsSkeleton rows={2} />}>
        {(rows) => (
          <>
            <ul className="list account-list">
              {rows.map((row) => (
                <OneSession key={row.id} row={row} />
              ))}
            </ul>
            <div className="button-row">
              {rows.length > 1 && (
                <Button
                  variant="default"
                  loading={others.isPending}
                  onClick={() => {
                    others.mutate(undefined, {
                      onSuccess: () => {
                        said(t("account.othersEnded"));
                      },
                      onError: complained,
                    });
                  }}
                >
                  {t("account.endOthers")}
                </Button>
              )}
              <Button
                variant="default"
                leftSection={<IconLogout size={18} />}
                loading={everywhere.isPending}
                onClick={() => {
                  ask({
                    title: t("account.everywhere"),
                    text: t("account.everywhereText"),
                    confirm: t("account.everywhere"),
                    onConfirm: () => {
                      everywhere.mutate(undefined, { onError: complained });
                    },
                  });
                }}
              >
                {t("account.everywhere")}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function OneSession({ row }: { row: SessionRow }) {
  const end = useEndSession();
  const support = row.kind === "MASQUERADE";
  const Icon = support ? IconEye : isPhone(row.user_agent) ? IconDeviceMobile : IconDeviceDesktop;
  const title = support
    ? t("account.support", { role: roleName(row.acted_by_role ?? "") })
    : deviceText(row.user_agent);
  return (
    <Row
      icon={<Icon size={20} stroke={1.75} />}
      title={
        <>
          {title} {row.current && <Badge tone="green">{t("account.thisDevice")}</Badge>}
          {support && <Badge tone="amber">{t("account.supportBadge")}</Badge>}
        </>
      }
      text={
        <>
          {row.ip_address} · {t("account.signedIn")} <Ago at={row.created_at} /> · {t("account.active")}{" "}
          <Ago at={row.last_seen_at} />
        </>
      }
      side={
        !row.current && (
          <Button
            variant="default"
            size="compact-md"
            aria-label={t("account.endWhat", { name: title })}
            loading={end.isPending}
            onClick={() => {
              end.mutate(row.id, { onError: complained });
            }}
          >
            {t("account.end")}
          </Button>
        )
      }
    />
  );
}
