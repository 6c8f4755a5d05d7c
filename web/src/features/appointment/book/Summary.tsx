import type { ReactNode } from "react";
import { t } from "@/i18n";

export type Line = [label: string, value: ReactNode];

export function Summary({ lines }: { lines: Line[] }) {
  return (
    <aside className="panel summary" aria-labelledby="summary-title">
      <h2 id="summary-title">{t("booking.summary")}</h2>
      <Lines lines={lines} />
    </aside>
  );
}

export function Lines({ lines }: { lines: Line[] }) {
  return (
    <dl className="lines">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
