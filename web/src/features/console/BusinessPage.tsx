import { Anchor, Button, Select, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { TenantDetail } from "@/api/types";
import { AuditList } from "@/features/audit";
import { DomainList } from "@/features/domain";
import { CreateGrant, GrantList } from "@/features/grant";
import { TENANT_ROLES, UserList } from "@/features/people";
import { useCan } from "@/features/session";
import { hostOf, tenant, TenantStatus, TIER_NAMES, TierBadge, useTenantActions } from "@/features/tenant";
import { t } from "@/i18n";
import { sizeText } from "@/lib/format";
import { Badge } from "@/ui/Badge";
import { Facts, Panel } from "@/ui/Facts";
import { ListPage } from "@/ui/ListPage";
import { Loaded } from "@/ui/States";
import { complained, said } from "@/ui/toast";
import { Ago, When } from "@/ui/When";
import { BusinessActions } from "./BusinessActions";
import "./console.css";

/** One business as the platform sees it, without its own data. */
export default function BusinessPage() {
  const { id = "" } = useParams();
  const query = useQuery(tenant(id));
  return (
    <ListPage
      wide
      title={query.data?.name ?? t("tenant.one")}
      back={
        <Anchor component={Link} to="/businesses" className="back-link">
          <IconArrowLeft size={16} aria-hidden /> {t("tenant.title")}
        </Anchor>
      }
      buttons={query.data && <BusinessActions business={query.data} />}
    >
      <Loaded query={query}>{(business) => <Parts business={business} />}</Loaded>
    </ListPage>
  );
}

function Parts({ business }: { business: TenantDetail }) {
  const can = useCan();
  const [search, setSearch] = useSearchParams();
  const tabs = [
    ["overview", true],
    ["people", can("users.read")],
    ["domains", can("domains.read_platform")],
    ["grants", can("grants.read")],
    ["audit", can("audit.read_platform")],
  ] as const;
  const shown = tabs.filter(([, allowed]) => allowed);
  const tab = shown.find(([name]) => name === search.get("tab"))?.[0] ?? "overview";
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(name) => {
        setSearch(name && name !== "overview" ? { tab: name } : {}, { replace: true });
      }}
    >
      <Tabs.List mb="md" className="tabs-scroll">
        {shown.map(([name]) => (
          <Tabs.Tab key={name} value={name}>
            {t(`console.tab.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="overview">
        <Overview business={business} />
      </Tabs.Panel>
      <Tabs.Panel value="people">
        <UserList scope="platform" roles={TENANT_ROLES} tenantId={business.id} />
      </Tabs.Panel>
      <Tabs.Panel value="domains">
        <DomainList scope="platform" tenantId={business.id} />
      </Tabs.Panel>
      <Tabs.Panel value="grants">
        <Grants tenantId={business.id} />
      </Tabs.Panel>
      <Tabs.Panel value="audit">
        <AuditList scope="platform" tenantId={business.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Grants({ tenantId }: { tenantId: string }) {
  const can = useCan();
  const [creating, setCreating] = useState(false);
  const create = () => {
    setCreating(true);
  };
  return (
    <>
      {can("grants.create") && (
        <Button mb="md" onClick={create}>
          {t("grant.add")}
        </Button>
      )}
      <GrantList tenantId={tenantId} />
      {creating && (
        <CreateGrant
          scope="platform"
          tenantId={tenantId}
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
    </>
  );
}

function Overview({ business }: { business: TenantDetail }) {
  const { usage } = business;
  return (
    <div className="halves">
      <Panel title={t("console.facts")}>
        <Facts
          facts={[
            [
              t("tenant.status"),
              <span key="status" className="cell-badges">
                <TenantStatus status={business.status} />
                {business.is_demo && <Badge tone="amber">{t("tenant.demo")}</Badge>}
              </span>,
            ],
            business.status_reason ? [t("console.suspendedFor"), business.status_reason] : null,
            [t("tenant.tier"), <Tier key="tier" business={business} />],
            [
              t("tenant.address"),
              <a
                key="host"
                href={`//${business.primary_host || hostOf(business.slug)}/`}
                className="host-link"
              >
                {business.primary_host || hostOf(business.slug)} <IconExternalLink size={14} aria-hidden />
              </a>,
            ],
            [t("signup.currency"), business.currency],
            [t("tenant.created"), <When key="created" at={business.created_at} />],
            business.expires_at
              ? [t("console.expires"), <When key="expires" at={business.expires_at} />]
              : null,
          ]}
        />
      </Panel>
      <Panel title={t("console.usage")}>
        <Facts
          facts={[
            [t("tenant.users"), usage.users],
            [t("console.sessions"), usage.active_sessions],
            [t("console.storage"), sizeText(usage.storage_bytes)],
            [t("tenant.activity"), <Ago key="activity" at={business.last_activity_at} />],
          ]}
        />
      </Panel>
    </div>
  );
}

function Tier({ business }: { business: TenantDetail }) {
  const can = useCan();
  const { change } = useTenantActions(business.id);
  if (!can("tenants.write")) return <TierBadge tier={business.tier} />;
  return (
    <Select
      aria-label={t("tenant.tier")}
      allowDeselect={false}
      disabled={change.isPending}
      data={TIER_NAMES.map((tier) => ({ value: tier, label: t(`tenant.tiers.${tier}`) }))}
      value={business.tier}
      onChange={(tier) => {
        const chosen = TIER_NAMES.find((one) => one === tier);
        if (!chosen || chosen === business.tier) return;
        change.mutate(
          { tier: chosen },
          {
            onSuccess: () => {
              said(t("common.saved"));
            },
            onError: complained,
          },
        );
      }}
    />
  );
}
