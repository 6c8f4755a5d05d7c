import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconBuildingStore, IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Tenant } from "@/api/types";
import { useCan } from "@/features/session";
import { hostOf, STATUS_NAMES, TenantStatus, tenantPages, TIER_NAMES, TierBadge } from "@/features/tenant";
import { t } from "@/i18n";
import { useFilters } from "@/lib/filters";
import { Badge } from "@/ui/Badge";
import { type Column, DataTable } from "@/ui/DataTable";
import { FilterBar, FilterChoice, SearchField } from "@/ui/FilterBar";
import { ListPage } from "@/ui/ListPage";
import { Pages } from "@/ui/Pages";
import { Empty } from "@/ui/States";
import { Ago, When } from "@/ui/When";
import { CreateBusiness } from "./CreateBusiness";

const COLUMNS: Column<Tenant>[] = [
  {
    label: t("tenant.name"),
    cell: ({ name, is_demo }) => (
      <span className="cell-name">
        {name} {is_demo && <Badge tone="amber">{t("tenant.demo")}</Badge>}
      </span>
    ),
  },
  {
    label: t("tenant.address"),
    cell: ({ slug }) => (
      <a href={`//${hostOf(slug)}/`} className="host-link">
        {hostOf(slug)} <IconExternalLink size={14} aria-hidden />
      </a>
    ),
  },
  { label: t("tenant.tier"), cell: ({ tier }) => <TierBadge tier={tier} />, minor: true },
  {
    label: t("tenant.status"),
    cell: ({ status, status_reason, expires_at }) => (
      <>
        <TenantStatus status={status} />
        {status_reason && <span className="cell-sub">{status_reason}</span>}
        {!status_reason && expires_at && (
          <span className="cell-sub">
            {t("tenant.until")} <When at={expires_at} />
          </span>
        )}
      </>
    ),
  },
  { label: t("tenant.users"), cell: ({ users }) => users },
  { label: t("tenant.activity"), cell: (tenant) => <Ago at={tenant.last_activity_at} />, minor: true },
];

export default function BusinessesPage() {
  const can = useCan();
  const navigate = useNavigate();
  const { values, set, clear, active } = useFilters("query", "tier", "status", "demo");
  const query = useInfiniteQuery(tenantPages(values));
  const [creating, setCreating] = useState(false);
  const create = can("tenants.create")
    ? {
        label: t("tenant.add"),
        onClick: () => {
          setCreating(true);
        },
      }
    : undefined;
  return (
    <ListPage wide title={t("tenant.title")} add={create}>
      <FilterBar active={active} onClear={clear}>
        <SearchField
          label={t("tenant.filter")}
          value={values.query}
          onChange={(value) => {
            set({ query: value });
          }}
        />
        <FilterChoice
          label={t("tenant.anyTier")}
          value={values.tier}
          options={TIER_NAMES.map((tier) => [tier, t(`tenant.tiers.${tier}`)])}
          onChange={(tier) => {
            set({ tier });
          }}
        />
        <FilterChoice
          label={t("people.anyStatus")}
          value={values.status}
          options={STATUS_NAMES.map((status) => [status, t(`tenant.statuses.${status}`)])}
          onChange={(status) => {
            set({ status });
          }}
        />
        <FilterChoice
          label={t("tenant.anyKind")}
          value={values.demo}
          options={[
            ["true", t("tenant.onlyDemo")],
            ["false", t("tenant.noDemo")],
          ]}
          onChange={(demo) => {
            set({ demo });
          }}
        />
      </FilterBar>
      <Pages
        query={query}
        filters={{ active, clear }}
        empty={
          <Empty
            icon={IconBuildingStore}
            title={t("tenant.empty")}
            hint={t("tenant.emptyHint")}
            action={create && <Button onClick={create.onClick}>{create.label}</Button>}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={t("tenant.title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            columns={COLUMNS}
            onOpen={({ id }) => void navigate(`/businesses/${id}`)}
          />
        )}
      </Pages>
      {creating && (
        <CreateBusiness
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
    </ListPage>
  );
}
