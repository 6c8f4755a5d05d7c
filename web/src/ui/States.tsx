import { Button, Skeleton, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { t } from "@/i18n";
import { errorText } from "./errorText";
import "./states.css";

interface EmptyProps {
  icon: ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;
  title: string;
  hint?: string;
  action?: ReactNode;
}

/** Says what will be here and offers the one next step. */
export function Empty({ icon: Icon, title, hint, action }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon size={28} stroke={1.5} aria-hidden />
      </span>
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {action}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div role="alert">
      <Empty
        icon={IconAlertTriangle}
        title={t("common.error.title")}
        hint={errorText(error)}
        action={
          onRetry && (
            <Button variant="default" onClick={onRetry}>
              {t("common.retry")}
            </Button>
          )
        }
      />
    </div>
  );
}

export function RowsSkeleton({ rows = 5, height = 64 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={8} role="status" aria-label={t("common.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius={8} />
      ))}
    </Stack>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface LoadedProps<T> {
  query: Asked<T>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Waiting, failed or there: the three states of everything that is asked of the server. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return skeleton ?? <RowsSkeleton />;
}
