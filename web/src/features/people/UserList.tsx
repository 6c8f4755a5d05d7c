import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconEye, IconUsers } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { User } from "@/api/types";
import { StartDialog } from "@/features/masquerade";
import { RoleBadge } from "@/features/session";
import { t } from "@/i18n";
import { useFilters } from "@/lib/filters";
import { Badge, type Tone } from "@/ui/Badge";
import { type Column, DataTable } from "@/ui/DataTable";
import { FilterBar, FilterChoice, SearchField } from "@/ui/FilterBar";
import { Pages } from "@/ui/Pages";
import { Empty } from "@/ui/States";
import { Ago } from "@/ui/When";
import { PersonDialog } from "./PersonDialog";
import { type Scope, userPages } from "./queries";
import { roleOptions } from "./roles";

const STATUS: Record<User["status"], Tone> = { ACTIVE: "green", DEACTIVATED: "grey", LOCKED: "red" };

export function StatusBadge({ status }: { status: User["status"] }) {
  return <Badge tone={STATUS[status]}>{t(`people.statuses.${status}`)}</Badge>;
}

interface Props {
  scope: Scope;
  roles: readonly string[];
  tenantId?: string;
  kind?: "PLATFORM" | "TENANT";
  /** Shows which business somebody belongs to. */
  withTenant?: boolean;
  invite?: ReactNode;
}

/** People with search and filters; each row opens what may be done with that person. */
export function UserList({ scope, roles, tenantId, kind, withTenant, invite }: Props) {
  const { values, set, clear, active } = useFilters("query", "role", "status");
  const [open, setOpen] = useState<string | null>(null);
  const [as, setAs] = useState<User | null>(null);
  const query = useInfiniteQuery(
    userPages(scope, { ...values, ...(tenantId ? { tenant_id: tenantId } : {}), ...(kind ? { kind } : {}) }),
  );
  const columns: Column<User>[] = [
    {
      label: t("common.name"),
      cell: (user) => (
        <>
          <span className="cell-name">
            {user.name || user.email}{" "}
            {user.is_temporary && <Badge tone="amber">{t("people.temporary")}</Badge>}
          </span>
          {user.name && <span className="cell-sub">{user.email}</span>}
        </>
      ),
    },
    { label: t("people.role"), cell: ({ role }) => <RoleBadge role={role} /> },
    ...(withTenant
      ? [{ label: t("people.business"), cell: ({ tenant }: User) => tenant?.name ?? t("people.platform") }]
      : []),
    { label: t("people.status"), cell: ({ status }) => <StatusBadge status={status} /> },
    { label: t("people.lastLogin"), cell: (user) => <Ago at={user.last_login_at} />, minor: true },
  ];
  return (
    <>
      <FilterBar active={active} onClear={clear}>
        <SearchField
          label={t("people.search")}
          value={values.query}
          onChange={(value) => {
            set({ query: value });
          }}
        />
        <FilterChoice
          label={t("people.anyRole")}
          value={values.role}
          options={roleOptions(roles)}
          onChange={(role) => {
            set({ role });
          }}
        />
        <FilterChoice
          label={t("people.anyStatus")}
          value={values.status}
          options={(["ACTIVE", "DEACTIVATED", "LOCKED"] as const).map((one) => [
            one,
            t(`people.statuses.${one}`),
          ])}
          onChange={(status) => {
            set({ status });
          }}
        />
      </FilterBar>
      <Pages
        query={query}
        filters={{ active, clear }}
        empty={
          <Empty icon={IconUsers} title={t("people.empty")} hint={t("people.emptyHint")} action={invite} />
        }
      >
        {(rows) => (
          <DataTable
            label={t("people.title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name, email }) => name || email}
            columns={columns}
            onOpen={({ id }) => {
              setOpen(id);
            }}
            actions={(row) =>
              row.can.masquerade && (
                <Button
                  variant="default"
                  size="compact-md"
                  leftSection={<IconEye size={16} />}
                  aria-label={t("masquerade.start", { name: row.name || row.email })}
                  onClick={() => {
                    setAs(row);
                  }}
                >
                  {t("masquerade.viewAs")}
                </Button>
              )
            }
          />
        )}
      </Pages>
      {open && (
        <PersonDialog
          scope={scope}
          id={open}
          onViewAs={setAs}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
      {as && (
        <StartDialog
          person={as}
          onClose={() => {
            setAs(null);
          }}
        />
      )}
    </>
  );
}
