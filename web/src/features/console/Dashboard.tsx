import { useQuery } from "@tanstack/react-query";
import {
  IconBuildingStore,
  IconEye,
  IconKey,
  IconPlayerPause,
  IconTestPipe,
  IconUsers,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, take } from "@/api/client";
import type { Permission } from "@/api/unions";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { Panel } from "@/ui/Facts";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { Bars } from "./Bars";
import "./console.css";

const summary = {
  queryKey: ["summary"],
  queryFn: ({ signal }: { signal: AbortSignal }) => take(api.GET("/api/v1/platform/summary", { signal })),
  refetchInterval: 60_000,
};

/** How the platform stands, at a glance. */
export default function Dashboard() {
  const query = useQuery(summary);
  return (
    <ListPage wide title={t("console.dashboard")}>
      <Loaded query={query} skeleton={<RowsSkeleton rows={3} height={96} />}>
        {(figures) => (
          <>
            <div className="figures">
              <Figure
                to="/businesses?status=ACTIVE"
                needs="tenants.read"
                icon={<IconBuildingStore size={20} aria-hidden />}
                name={t("console.active")}
                value={figures.active}
              />
              <Figure
                to="/businesses?status=SUSPENDED"
                needs="tenants.read"
                icon={<IconPlayerPause size={20} aria-hidden />}
                name={t("console.suspendedCount")}
                value={figures.suspended}
              />
              <Figure
                to="/businesses?demo=true"
                needs="tenants.read"
                icon={<IconTestPipe size={20} aria-hidden />}
                name={t("console.demos")}
                value={figures.demo}
              />
              <Figure
                to="/users"
                needs="users.read"
                icon={<IconUsers size={20} aria-hidden />}
                name={t("people.users")}
                value={figures.users}
              />
              <Figure
                to="/audit?action=HIJACK_START"
                needs="audit.read_platform"
                icon={<IconEye size={20} aria-hidden />}
                name={t("console.viewing")}
                value={figures.masquerades_live}
                alert={figures.masquerades_live > 0}
              />
              <Figure
                to="/grants?status=ACTIVE"
                needs="grants.read"
                icon={<IconKey size={20} aria-hidden />}
                name={t("console.grants")}
                value={figures.grants_active}
              />
            </div>
            <Panel title={t("console.signIns")}>
              <Bars days={figures.sign_ins ?? []} />
            </Panel>
          </>
        )}
      </Loaded>
    </ListPage>
  );
}

interface FigureProps {
  to: string;
  needs: Permission;
  icon: ReactNode;
  name: string;
  value: number;
  alert?: boolean;
}

function Figure({ to, needs, icon, name, value, alert }: FigureProps) {
  const can = useCan();
  const inside = (
    <>
      <span className="figure-name">
        {icon} {name}
      </span>
      <strong className="tabular">{value.toLocaleString("en-GB")}</strong>
    </>
  );
  return can(needs) ? (
    <Link to={to} className="figure" data-alert={alert}>
      {inside}
    </Link>
  ) : (
    <div className="figure">{inside}</div>
  );
}
