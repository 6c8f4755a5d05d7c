import { t } from "@/i18n";
import { timeText } from "@/lib/format";
import { byPartOfDay, type Slot } from "@/lib/slots";

interface Props {
  slots: readonly Slot[];
  zone: string;
  chosen: string | null;
  onChoose: (slot: Slot) => void;
}

export function TimeList({ slots, zone, chosen, onChoose }: Props) {
  return (
    <div className="times">
      {byPartOfDay(slots, zone).map(([part, found]) => (
        <section key={part} aria-label={t(`booking.${part}`)}>
          <h4>{t(`booking.${part}`)}</h4>
          <div className="times-grid">
            {found.map((slot) => (
              <button
                key={slot.start}
                type="button"
                className="time tabular"
                aria-pressed={slot.start === chosen}
                onClick={() => onChoose(slot)}
              >
                {timeText(slot.start, zone)}
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
