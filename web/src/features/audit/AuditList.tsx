import { Autocomplete, Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconDownload, IconListSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { AuditEntry } from "@/api/types";
import { PersonPicker } from "@/features/people";
import { RoleBadge } from "@/features/session";
import { TenantPicker } from "@/features/tenant";
import { t } from "@/i18n";
import { useFilters } from "@/lib/filters";
import { Badge } from "@/ui/Badge";
import { type Column, DataTable } from "@/ui/DataTable";
import { FilterBar, FilterChoice, SearchField } from "@/ui/FilterBar";
import { Pages } from "@/ui/Pages";
import { Empty } from "@/ui/States";
import { When } from "@/ui/When";
import { EntryDrawer } from "./EntryDrawer";
import { type AuditScope, auditPages, exportLink } from "./queries";
import { auditText, COMMON_ACTIONS } from "./words";

export function ResultBadge({ result }: { result: AuditEntry["result"] }) {
  return <Badge tone={result === "allowed" ? "green" : "red"}>{t(`audit.results.${result}`)}</Badge>;
}

const COLUMNS: Column<AuditEntry>[] = [
  { label: t("audit.what"), cell: ({ action }) => <span className="cell-name">{auditText(action)}</span> },
  {
    label: t("audit.who"),
    cell: ({ actor }) => (
      <span className="cell-badges">
        <span className="cell-email">{actor.email ?? t("audit.nobody")}</span>{" "}
        {actor.role && <RoleBadge role={actor.role} />}
      </span>
    ),
  },
  {
    label: t("audit.whom"),
    cell: ({ subject }) => <span className="cell-email">{subject?.email ?? "–"}</span>,
  },
  { label: t("people.business"), cell: ({ tenant }) => tenant?.slug ?? "–", minor: true },
  { label: t("audit.result"), cell: ({ result }) => <ResultBadge result={result} /> },
  { label: t("audit.when"), cell: ({ at }) => <When at={at} /> },
];

interface Props {
  scope: AuditScope;
  tenantId?: string;
}

/** What happened, newest first. */
export function AuditList({ scope, tenantId }: Props) {
  const platform = scope === "platform";
  const { values, set, clear, active } = useFilters(
    "query",
    "action",
    "from",
    "to",
    "result",
    "tenant_id",
    "user_id",
  );
  const filters = { ...values, ...(tenantId ? { tenant_id: tenantId } : {}) };
  const query = useInfiniteQuery(auditPages(scope, filters));
  const [open, setOpen] = useState<AuditEntry | null>(null);
  return (
    <>
      <FilterBar active={active} onClear={clear}>
        <SearchField
          label={t("audit.search")}
          value={values.query}
          onChange={(value) => {
            set({ query: value });
          }}
        />
        <ActionField
          key={values.action}
          value={values.action}
          onChange={(action) => {
            set({ action });
          }}
        />
        {platform && !tenantId && (
          <TenantPicker
            aria-label={t("people.business")}
            placeholder={t("audit.anyBusiness")}
            clearable
            value={values.tenant_id ?? null}
            onChange={(id) => {
              set({ tenant_id: id || null });
            }}
          />
        )}
        {platform && (
          <PersonPicker
            scope="platform"
            {...(tenantId ? { tenantId } : {})}
            aria-label={t("audit.person")}
            placeholder={t("audit.anyPerson")}
            clearable
            value={values.user_id ?? null}
            onChange={(id) => {
              set({ user_id: id || null });
            }}
          />
        )}
        {platform && (
          <FilterChoice
            label={t("audit.anyResult")}
            value={values.result}
            options={[
              ["allowed", t("audit.results.allowed")],
              ["denied", t("audit.results.denied")],
            ]}
            onChange={(result) => {
              set({ result });
            }}
          />
        )}
        {(["from", "to"] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            aria-label={t(`audit.${end}`)}
            leftSection={<span className="soft">{t(`audit.${end}Short`)}</span>}
            leftSectionWidth={52}
            value={values[end] ?? ""}
            onChange={(event) => {
              set({ [end]: event.currentTarget.value || null });
            }}
          />
        ))}
      </FilterBar>
      {platform && (
        <p className="exports">
          {(["csv", "ndjson"] as const).map((format) => (
            <Button
              key={format}
              component="a"
              href={exportLink(filters, format)}
              download
              variant="default"
              size="compact-md"
              leftSection={<IconDownload size={16} />}
            >
              {t(`audit.export.${format}`)}
            </Button>
          ))}
        </p>
      )}
      <Pages
        query={query}
        filters={{ active, clear }}
        empty={<Empty icon={IconListSearch} title={t("audit.empty")} hint={t("audit.emptyHint")} />}
      >
        {(rows) => (
          <DataTable
            label={t("audit.title")}
            rows={rows}
            idOf={({ id }) => id}
            nameOf={({ action }) => auditText(action)}
            columns={COLUMNS}
            onOpen={setOpen}
          />
        )}
      </Pages>
      {open && (
        <EntryDrawer
          entry={open}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </>
  );
}

interface ActionProps {
  value: string | undefined;
  onChange: (action: string | null) => void;
}

function ActionField({ value = "", onChange }: ActionProps) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback((text: string) => {
    onChange(text.trim().toUpperCase().replaceAll(" ", "_") || null);
  }, 500);
  return (
    <Autocomplete
      aria-label={t("audit.action")}
      placeholder={t("audit.anyAction")}
      data={COMMON_ACTIONS}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        tell(text);
      }}
    />
  );
}
