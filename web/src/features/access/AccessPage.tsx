import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { IconEye } from "@tabler/icons-react";
import { useState } from "react";
import type { Access, AccessDetail } from "@/api/types";
import { auditText } from "@/features/audit";
import { RoleBadge } from "@/features/session";
import { t } from "@/i18n";
import { durationText, timeText } from "@/lib/format";
import { viewerZone } from "@/lib/zone";
import { Badge } from "@/ui/Badge";
import { DataTable } from "@/ui/DataTable";
import { Dialog } from "@/ui/Dialog";
import { Facts } from "@/ui/Facts";
import { ListPage } from "@/ui/ListPage";
import { Pages } from "@/ui/Pages";
import { Empty, Loaded, RowsSkeleton } from "@/ui/States";
import { When } from "@/ui/When";
import { access, accessPages } from "./queries";
import "./access.css";

type Entry = NonNullable<AccessDetail["entries"]>[number];

/** For the owner: who was here as one of us, when, why, and what they did. */
export default function AccessPage() {
  const query = useInfiniteQuery(accessPages());
  const [open, setOpen] = useState<Access | null>(null);
  return (
    <ListPage wide title={t("access.title")}>
      <p className="soft page-hint">{t("access.hint")}</p>
      <Pages
        query={query}
        empty={<Empty icon={IconEye} title={t("access.empty")} hint={t("access.emptyHint")} />}
      >
        {(rows) => (
          <DataTable
            label={t("access.title")}
            rows={rows}
            idOf={({ masquerade_id }) => masquerade_id}
            nameOf={({ actor }) => actor.name}
            onOpen={setOpen}
            columns={[
              { label: t("access.who"), cell: ({ actor }) => <Person person={actor} strong /> },
              { label: t("access.as"), cell: ({ subject }) => <Person person={subject} /> },
              { label: t("common.reason"), cell: ({ reason }) => reason || "–" },
              { label: t("access.when"), cell: ({ started_at }) => <When at={started_at} /> },
              { label: t("access.lasted"), cell: (row) => <Lasted row={row} /> },
              { label: t("access.actions"), cell: ({ actions }) => t("access.count", { count: actions }) },
            ]}
          />
        )}
      </Pages>
      {open && (
        <AccessDialog
          id={open.masquerade_id}
          name={open.actor.name}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </ListPage>
  );
}

function Person({ person: { name, role }, strong }: { person: Access["actor"]; strong?: boolean }) {
  return (
    <span className={strong ? "cell-name" : "cell-badges"}>
      {name} <RoleBadge role={role} />
    </span>
  );
}

function Lasted({ row: { started_at, ended_at } }: { row: Access }) {
  if (!ended_at) return <Badge tone="amber">{t("access.now")}</Badge>;
  const minutes = Math.max(1, Math.round((Date.parse(ended_at) - Date.parse(started_at)) / 60_000));
  return durationText(minutes);
}

function AccessDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const query = useQuery(access(id));
  return (
    <Dialog title={name} size={560} onClose={onClose}>
      <Loaded query={query} skeleton={<RowsSkeleton rows={3} />}>
        {(row) => (
          <div className="form">
            <Facts
              facts={[
                [t("access.who"), <Person key="who" person={row.actor} />],
                [t("access.as"), <Person key="as" person={row.subject} />],
                [t("common.reason"), row.reason || "–"],
                [t("access.when"), <When key="from" at={row.started_at} />],
                row.ended_at
                  ? [
                      t("access.ending"),
                      <span key="end">
                        <When at={row.ended_at} />
                        {row.ended_by && ` · ${t(`access.ended.${row.ended_by}`)}`}
                      </span>,
                    ]
                  : [t("access.ending"), <Lasted key="now" row={row} />],
              ]}
            />
            <section>
              <h3 className="timeline-title">{t("access.timeline")}</h3>
              {(row.entries ?? []).length === 0 && <p className="soft">{t("access.nothing")}</p>}
              <ol className="timeline tabular">
                {(row.entries ?? []).map((entry, index) => (
                  <Did key={index} entry={entry} />
                ))}
              </ol>
            </section>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function Did({
  entry: { at, action, operation, result, method, route, object_id, status },
}: {
  entry: Entry;
}) {
  const refused = result === "denied" || (status ?? 0) >= 400;
  return (
    <li data-refused={refused}>
      <time dateTime={at}>{timeText(at, viewerZone())}</time>
      <span>
        {operation ? (refused ? t("access.refused", { what: operation }) : operation) : auditText(action)}
        {route && (
          <span className="cell-sub">
            {method} {object_id ? route.replace("{id}", object_id) : route}
          </span>
        )}
      </span>
      <span className="soft">{status}</span>
    </li>
  );
}
