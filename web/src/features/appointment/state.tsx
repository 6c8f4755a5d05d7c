import { IconBan, IconCheck, IconClock, IconPlayerPlay } from "@tabler/icons-react";
import type { Appointment } from "@/api/types";
import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/Badge";

export type State = "upcoming" | "running" | "ended" | "cancelled";

export const STATES: State[] = ["upcoming", "running", "ended", "cancelled"];

const ICONS = { upcoming: IconClock, running: IconPlayerPlay, ended: IconCheck, cancelled: IconBan };
const TONES: Record<State, Tone> = { upcoming: "blue", running: "amber", ended: "grey", cancelled: "grey" };

export function stateOf({ status, start, end }: Appointment, now: number): State {
  if (status === "CANCELLED") return "cancelled";
  if (Date.parse(start) > now) return "upcoming";
  return Date.parse(end) > now ? "running" : "ended";
}

export function StateIcon({ state, size = 14 }: { state: State; size?: number }) {
  const Icon = ICONS[state];
  return <Icon size={size} stroke={2} aria-hidden />;
}

/** Never colour alone: an icon and a word say the same. */
export function StateBadge({ state }: { state: State }) {
  return (
    <Badge tone={TONES[state]} struck={state === "cancelled"}>
      <StateIcon state={state} size={12} /> {t(`appointment.state.${state}`)}
    </Badge>
  );
}
