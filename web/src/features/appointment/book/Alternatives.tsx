import { IconClockExclamation } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import type { Slot } from "@/lib/slots";

interface Props {
  slots: readonly Slot[];
  zone: string;
  busy: boolean;
  onPick: (slot: Slot) => void;
  onOther: () => void;
}

export function Alternatives({ slots, zone, busy, onPick, onOther }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "center" });
    box.current?.querySelector<HTMLElement>("button")?.focus();
  }, [slots]);

  return (
    <div className="taken" role="alert" ref={box}>
      <p className="taken-title">
        <IconClockExclamation size={20} aria-hidden /> {t("booking.taken")}
      </p>
      <p>{slots.length > 0 ? t("booking.takenHint") : t("booking.takenNone")}</p>
      <div className="taken-slots">
        {slots.slice(0, 3).map((slot) => (
          <button
            key={slot.start}
            type="button"
            className="button primary tabular"
            aria-disabled={busy}
            onClick={() => {
              if (!busy) onPick(slot);
            }}
          >
            {t("booking.bookAt", { when: whenText(slot.start, zone) })}
          </button>
        ))}
        <button type="button" className="button" onClick={onOther}>
          {t("booking.chooseOther")}
        </button>
      </div>
    </div>
  );
}
