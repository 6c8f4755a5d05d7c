import { Button } from "@mantine/core";
import { IconLock, IconMapQuestion } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, Navigate, useLocation } from "react-router";
import type { Permission } from "@/api/unions";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { Empty, RowsSkeleton } from "@/ui/States";

export function Needs({ permission, page }: { permission: Permission; page: ReactNode }) {
  const can = useCan();
  if (can(permission)) return page;
  return <Empty icon={IconLock} title={t("common.noPermission")} hint={t("common.noPermissionHint")} />;
}

export function Nothing({ home }: { home: string }) {
  const back = (
    <Button component={Link} to={home}>
      {t("common.toStart")}
    </Button>
  );
  return (
    <Empty
      icon={IconMapQuestion}
      title={t("common.notFound")}
      hint={t("common.notFoundHint")}
      action={back}
    />
  );
}

export function Waiting() {
  return (
    <div className="content">
      <RowsSkeleton />
    </div>
  );
}

/** Remembers where someone was going, so that signing in leads there. */
export function ToLogin() {
  const { pathname, search } = useLocation();
  return <Navigate to="/login" replace state={{ from: pathname + search }} />;
}

export function Return({ home }: { home: string }) {
  const from = (useLocation().state as { from?: string } | null)?.from;
  return <Navigate to={from ?? home} replace />;
}
