import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconCircleCheck, IconClock, IconPlayerPause, IconWorld } from "@tabler/icons-react";
import { useState } from "react";
import type { Domain } from "@/api/types";
import { t } from "@/i18n";
import { useFilters } from "@/lib/filters";
import { Badge, type Tone } from "@/ui/Badge";
import { type Column, DataTable } from "@/ui/DataTable";
import { FilterBar, FilterChoice, SearchField } from "@/ui/FilterBar";
import { Pages } from "@/ui/Pages";
import { Empty } from "@/ui/States";
import { Ago } from "@/ui/When";
import { DomainDialog } from "./DomainDialog";
import { domainPages, type DomainScope } from "./queries";

const LOOK = {
  VERIFIED: ["green", IconCircleCheck],
  PENDING: ["amber", IconClock],
  SUSPENDED: ["red", IconPlayerPause],
} as const satisfies Record<Domain["status"], [Tone, unknown]>;

export function DomainStatus({ status }: { status: Domain["status"] }) {
  const [tone, Icon] = LOOK[status];
  return (
    <Badge tone={tone}>
      <Icon size={14} aria-hidden /> {t(`domain.status.${status}`)}
    </Badge>
  );
}

interface Props {
  scope: DomainScope;
  tenantId?: string;
  onAdd?: (() => void) | undefined;
}

/** Addresses, and what is missing before they work. */
export function DomainList({ scope, tenantId, onAdd }: Props) {
  const { values, set, clear, active } = useFilters("query", "status");
  const all = scope === "platform" && !tenantId;
  const query = useInfiniteQuery(
    domainPages(scope, { ...(all ? values : {}), ...(tenantId ? { tenant_id: tenantId } : {}) }),
  );
  const [open, setOpen] = useState<string | null>(null);
  const columns: Column<Domain>[] = [
    {
      label: t("domain.host"),
      cell: ({ host, is_primary }) => (
        <span className="cell-name">
          {host} {is_primary && <Badge tone="blue">{t("domain.primary")}</Badge>}
        </span>
      ),
    },
    ...(all ? [{ label: t("people.business"), cell: ({ tenant }: Domain) => tenant.name }] : []),
    {
      label: t("people.status"),
      cell: ({ status, problem }) => (
        <>
          <DomainStatus status={status} />
          {problem && <span className="cell-sub">{problem}</span>}
        </>
      ),
    },
    ...(scope === "platform"
      ? [
          {
            label: t("domain.route53"),
            cell: ({ route53_zone_id }: Domain) => route53_zone_id ?? "–",
            minor: true,
          },
        ]
      : []),
    { label: t("domain.checked"), cell: ({ checked_at }) => <Ago at={checked_at} />, minor: true },
  ];
  return (
    <>
      {all && (
        <FilterBar active={active} onClear={clear}>
          <SearchField
            label={t("domain.search")}
            value={values.query}
            onChange={(value) => {
              set({ query: value });
            }}
          />
          <FilterChoice
            label={t("people.anyStatus")}
            value={values.status}
            options={(["PENDING", "VERIFIED", "SUSPENDED"] as const).map((one) => [
              one,
              t(`domain.status.${one}`),
            ])}
            onChange={(status) => {
              set({ status });
            }}
          />
        </FilterBar>
      )}
      <Pages
        query={query}
        filters={{ active: all && active, clear }}
        empty={
          <Empty
            icon={IconWorld}
            title={t("domain.empty")}
            hint={t("domain.emptyHint")}
            action={onAdd && <Button onClick={onAdd}>{t("domain.add")}</Button>}
          />
        }
      >
        {(rows) => {
          const shown = rows.find(({ id }) => id === open);
          return (
            <>
              <DataTable
                label={t("domain.title")}
                rows={rows}
                idOf={({ id }) => id}
                nameOf={({ host }) => host}
                columns={columns}
                onOpen={({ id }) => {
                  setOpen(id);
                }}
              />
              {shown && (
                <DomainDialog
                  scope={scope}
                  domain={shown}
                  onClose={() => {
                    setOpen(null);
                  }}
                />
              )}
            </>
          );
        }}
      </Pages>
    </>
  );
}
