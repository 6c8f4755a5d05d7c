import { Button, CloseButton, Table, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconBuildingStore, IconExternalLink, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { Tenant } from "@/api/types";
import { t } from "@/i18n";
import { dayText } from "@/lib/format";
import { viewerZone, wallClock } from "@/lib/zone";
import { Badge, type Tone } from "@/ui/Badge";
import { ListPage } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { tenantPages } from "./queries";
import "./tenant.css";

const TIERS: Record<string, Tone> = {
  ENTERPRISE: "purple",
  PROFESSIONAL: "teal",
  STARTER: "blue",
  FREE: "grey",
};

export function TenantsPage() {
  const pages = useInfiniteQuery(tenantPages());
  const [filter, setFilter] = useState("");
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;

  // A filter has to have seen every business before it can say that none matches.
  useEffect(() => {
    if (filter && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [filter, hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <ListPage title={t("tenant.title")}>
      <TextInput
        type="search"
        mb="md"
        aria-label={t("tenant.filter")}
        placeholder={t("tenant.filter")}
        leftSection={<IconSearch size={18} aria-hidden />}
        rightSection={
          filter && (
            <CloseButton
              aria-label={t("common.clearSearch")}
              onClick={() => {
                setFilter("");
              }}
            />
          )
        }
        value={filter}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
        }}
      />
      <Loaded query={pages}>
        {({ pages: parts }) => {
          const all = parts.flatMap((page) => page.data);
          const rows = all.filter((tenant) => matches(tenant, filter));
          if (rows.length > 0) return <Rows tenants={rows} />;
          if (all.length === 0)
            return <Empty icon={IconBuildingStore} title={t("tenant.empty")} hint={t("tenant.emptyHint")} />;
          const reset = (
            <Button
              variant="default"
              onClick={() => {
                setFilter("");
              }}
            >
              {t("common.clearSearch")}
            </Button>
          );
          return <Empty icon={IconSearch} title={t("tenant.none")} action={reset} />;
        }}
      </Loaded>
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
    </ListPage>
  );
}

function matches({ name, slug }: Tenant, filter: string): boolean {
  return `${name} ${slug}`.toLowerCase().includes(filter.trim().toLowerCase());
}

function Rows({ tenants }: { tenants: Tenant[] }) {
  return (
    <div className="tenants">
      <Table verticalSpacing="sm" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("tenant.name")}</Table.Th>
            <Table.Th>{t("tenant.tier")}</Table.Th>
            <Table.Th>{t("tenant.status")}</Table.Th>
            <Table.Th>{t("tenant.created")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tenants.map((tenant) => (
            <Table.Tr key={tenant.slug}>
              <Table.Td data-label={t("tenant.name")}>
                <span className="tenant-name">
                  {tenant.name} {tenant.is_demo && <Badge tone="amber">{t("tenant.demo")}</Badge>}
                </span>
                <a className="tenant-link" href={`//${hostOf(tenant.slug)}/`}>
                  {hostOf(tenant.slug)} <IconExternalLink size={14} aria-hidden />
                </a>
              </Table.Td>
              <Table.Td data-label={t("tenant.tier")}>
                <Badge tone={TIERS[tenant.tier] ?? "grey"}>{t(`tenant.tiers.${tenant.tier}`)}</Badge>
              </Table.Td>
              <Table.Td data-label={t("tenant.status")}>
                <Badge tone={tenant.status === "ACTIVE" ? "green" : "grey"}>{sentence(tenant.status)}</Badge>
              </Table.Td>
              <Table.Td data-label={t("tenant.created")} className="tabular">
                {dayText(wallClock(Date.parse(tenant.created_at), viewerZone()).date)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** platform.example.com shows businesses at slug.example.com, on the same port. */
function hostOf(slug: string): string {
  return `${slug}.${window.location.host.replace(/^[^.]+\./, "")}`;
}

function sentence(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");
}
