import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import type { Me } from "@/api/types";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { allowed, NAV } from "./nav";
import { DemoNotice } from "./Notices";
import { Shell } from "./Shell";

export function AppShell({ me, children }: { me: Me; children: ReactNode }) {
  const can = useCan();
  const items = me.user.role === "CUSTOMER" ? [] : allowed(NAV, can);
  const books = can("appointments.create") && items.some(({ tab }) => tab);
  return (
    <Shell
      me={me}
      home="/app"
      account="/app/account"
      name={me.tenant?.name ?? t("common.product")}
      items={items}
      extraTab={books && <NewTab />}
      notice={me.notice?.kind === "DEMO" && <DemoNotice text={me.notice.text} />}
    >
      {children}
    </Shell>
  );
}

function NewTab() {
  const { pathname, search } = useLocation();
  const date = pathname === "/app/calendar" ? new URLSearchParams(search).get("date") : null;
  return (
    <Link
      to={`/app/calendar?new=1${date ? `&date=${date}` : ""}`}
      className="tab tab-add"
      aria-label={t("appointment.new")}
    >
      <span>
        <IconPlus size={24} aria-hidden />
      </span>
    </Link>
  );
}
