import { t } from "@/i18n";

// A picture of a day, in minutes from nine o'clock; it is drawn, not fetched.
const ROWS: [name: string, cards: [from: number, minutes: number, tone: string][]][] = [
  [
    "A",
    [
      [0, 60, "grey"],
      [75, 45, "grey"],
      [150, 90, "amber"],
      [270, 60, "blue"],
    ],
  ],
  [
    "B",
    [
      [30, 90, "grey"],
      [180, 30, "blue"],
      [240, 75, "blue"],
    ],
  ],
  [
    "C",
    [
      [0, 45, "grey"],
      [105, 60, "amber"],
      [210, 120, "blue"],
    ],
  ],
];
const LENGTH = 345;
const NOW = 160;

export function DayPreview() {
  const percent = (minutes: number) => `${(minutes / LENGTH) * 100}%`;
  return (
    <div className="preview" role="img" aria-label={t("apex.previewAlt")}>
      <p className="preview-day">{t("apex.previewDay")}</p>
      {ROWS.map(([name, cards]) => (
        <div key={name} className="preview-row">
          <span className="preview-who" />
          <div className="preview-track">
            {cards.map(([from, minutes, tone]) => (
              <span
                key={from}
                className="preview-card"
                data-tone={tone}
                style={{ left: percent(from), width: percent(minutes) }}
              />
            ))}
            <span className="preview-now" style={{ left: percent(NOW) }} />
          </div>
        </div>
      ))}
    </div>
  );
}
