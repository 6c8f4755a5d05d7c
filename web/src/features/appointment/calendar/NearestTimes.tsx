import { Button } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import type { ApiError } from "@/api/error";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import type { Slot } from "@/lib/slots";

interface Props {
  refusal: ApiError;
  zone: string;
  onPick: (slot: Slot) => void;
}

/** Why the time was refused, and the nearest ones that are free, each one tap away. */
export function NearestTimes({ refusal, zone, onPick }: Props) {
  return (
    <div className="taken" role="alert">
      <p className="taken-title">
        <IconClockExclamation size={20} aria-hidden /> {t("appointment.taken")}
      </p>
      <p>{refusal.message}</p>
      {refusal.alternatives.length > 0 && <p>{t("appointment.nearest")}</p>}
      <div className="taken-slots">
        {refusal.alternatives.slice(0, 3).map((slot) => (
          <Button
            key={slot.start}
            variant="default"
            className="tabular"
            onClick={() => {
              onPick(slot);
            }}
          >
            {whenText(slot.start, zone)}
          </Button>
        ))}
      </div>
    </div>
  );
}
