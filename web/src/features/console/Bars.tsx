import { t } from "@/i18n";
import { dayText } from "@/lib/format";

interface Day {
  date: string;
  count: number;
}

const HEIGHT = 120;
const STEP = 20;

/** A month of days as bars; those who do not see it have the table. */
export function Bars({ days }: { days: Day[] }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last || total === 0) return <p className="soft">{t("console.noSignIns")}</p>;
  return (
    <figure className="bars">
      <svg
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("console.signInsAlt", { total, most })}
      >
        {days.map(({ date, count }, index) => {
          const height = Math.max(count > 0 ? 3 : 1, (count / most) * HEIGHT);
          return (
            <rect key={date} x={index * STEP + 3} width={STEP - 6} y={HEIGHT - height} height={height} rx={2}>
              <title>{`${dayText(date)}: ${count}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="soft tabular">
        <span>{dayText(first.date)}</span>
        <span>{t("console.signInsTotal", { total })}</span>
        <span>{dayText(last.date)}</span>
      </figcaption>
    </figure>
  );
}
