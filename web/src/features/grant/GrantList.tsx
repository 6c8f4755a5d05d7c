import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import type { Grant } from "@/api/types";
import { RoleBadge, useCan } from "@/features/session";
import { t } from "@/i18n";
import { useFilters } from "@/lib/filters";
import { type Column, DataTable } from "@/ui/DataTable";
import { FilterBar, FilterChoice } from "@/ui/FilterBar";
import { Pages } from "@/ui/Pages";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { Empty } from "@/ui/States";
import { said } from "@/ui/toast";
import { GrantDialog } from "./GrantDialog";
import { GrantStatus } from "./GrantStatus";
import { ACTIONS, actionName } from "./words";
import { grantPages, useRevokeGrants } from "./queries";

interface Props {
  tenantId?: string;
  withTenant?: boolean;
  onCreate?: (() => void) | undefined;
}

const STATUSES = ["ACTIVE", "SCHEDULED", "EXPIRED", "REVOKED"] as const;
const live = ({ status }: Grant) => status === "ACTIVE" || status === "SCHEDULED";

/** Exceptions with an end: who may do what, until when. Several can be revoked at once. */
export function GrantList({ tenantId, withTenant, onCreate }: Props) {
  const can = useCan();
  const { values, set, clear, active } = useFilters("status", "action");
  const query = useInfiniteQuery(grantPages({ ...values, ...(tenantId ? { tenant_id: tenantId } : {}) }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [revoking, setRevoking] = useState(false);
  const [open, setOpen] = useState<Grant | null>(null);
  const columns: Column<Grant>[] = [
    {
      label: t("grant.what"),
      cell: (grant) => (
        <>
          <span className="cell-name">{actionName(grant.action)}</span>
          <span className="cell-sub">{grant.reason}</span>
        </>
      ),
    },
    {
      label: t("grant.to"),
      cell: ({ grantee }) => (
        <span className="cell-badges">
          {grantee.name || grantee.email} <RoleBadge role={grantee.role} />
        </span>
      ),
    },
    ...(withTenant
      ? [{ label: t("people.business"), cell: (grant: Grant) => grant.tenant_name ?? "–" }]
      : []),
    { label: t("grant.by"), cell: ({ grantor }) => grantor.name, minor: true },
    { label: t("people.status"), cell: (grant) => <GrantStatus grant={grant} /> },
    { label: t("grant.used"), cell: ({ use_count }) => t("grant.times", { count: use_count }), minor: true },
  ];
  return (
    <>
      <FilterBar active={active} onClear={clear}>
        <FilterChoice
          label={t("people.anyStatus")}
          value={values.status}
          options={STATUSES.map((status) => [status, t(`grant.status.${status}`)])}
          onChange={(status) => {
            set({ status });
          }}
        />
        <FilterChoice
          label={t("grant.anyAction")}
          value={values.action}
          options={ACTIONS.map((action) => [action, actionName(action)])}
          onChange={(action) => {
            set({ action });
          }}
        />
        {chosen.size > 0 && (
          <Button
            color="red.9"
            onClick={() => {
              setRevoking(true);
            }}
          >
            {t("grant.revokeChosen", { count: chosen.size })}
          </Button>
        )}
      </FilterBar>
      <Pages
        query={query}
        filters={{ active, clear }}
        empty={
          <Empty
            icon={IconKey}
            title={t("grant.empty")}
            hint={t("grant.emptyHint")}
            action={onCreate && <Button onClick={onCreate}>{t("grant.add")}</Button>}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={t("grant.title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ action, grantee }) => `${actionName(action)}, ${grantee.name}`}
            columns={columns}
            onOpen={setOpen}
            selectable={live}
            selection={can("grants.revoke") ? { ids: chosen, onChange: setChosen } : undefined}
          />
        )}
      </Pages>
      {revoking && (
        <Revoke
          ids={[...chosen]}
          onDone={() => {
            setChosen(new Set());
            setRevoking(false);
          }}
          onClose={() => {
            setRevoking(false);
          }}
        />
      )}
      {open && (
        <GrantDialog
          grant={open}
          onRevoke={
            live(open) && can("grants.revoke")
              ? () => {
                  setChosen(new Set([open.id]));
                  setOpen(null);
                  setRevoking(true);
                }
              : undefined
          }
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </>
  );
}

function Revoke({ ids, onDone, onClose }: { ids: string[]; onDone: () => void; onClose: () => void }) {
  const revoke = useRevokeGrants();
  const count = ids.length;
  return (
    <ReasonDialog
      title={t("grant.revokeTitle", { count })}
      text={t("grant.revokeText")}
      confirm={t("grant.revokeChosen", { count })}
      optional
      busy={revoke.isPending}
      onConfirm={(reason, onError) => {
        revoke.mutate(
          { ids, ...(reason ? { reason } : {}) },
          {
            onSuccess: ({ results }) => {
              const done = (results ?? []).filter(
                ({ outcome }) => outcome !== "forbidden" && outcome !== "not_found",
              );
              said(
                done.length === count
                  ? t("grant.revoked", { count })
                  : t("grant.revokedSome", { done: done.length, count }),
              );
              onDone();
            },
            onError,
          },
        );
      }}
      onClose={onClose}
    />
  );
}
