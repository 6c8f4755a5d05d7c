import {
  IconBan,
  IconCheck,
  IconClock,
  IconClockQuestion,
  IconDoorEnter,
  IconPlayerPlay,
  IconUserOff,
} from "@tabler/icons-react";
import type { Appointment } from "@/api/types";
import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/Badge";

export type State = "requested" | "upcoming" | "arrived" | "running" | "ended" | "noShow" | "cancelled";

/** Those that the calendar's legend explains. */
export const LEGEND: State[] = ["requested", "upcoming", "running", "ended"];

const ICONS = {
  requested: IconClockQuestion,
  upcoming: IconClock,
  arrived: IconDoorEnter,
  running: IconPlayerPlay,
  ended: IconCheck,
  noShow: IconUserOff,
  cancelled: IconBan,
};
const TONES: Record<State, Tone> = {
  requested: "purple",
  upcoming: "blue",
  arrived: "teal",
  running: "amber",
  ended: "grey",
  noShow: "red",
  cancelled: "grey",
};

type Status = Appointment["status"];

/** Those that take no time: called off, turned down, or never answered. */
const OFF: Status[] = ["CANCELLED", "DECLINED", "EXPIRED"];
/** Those that can still be moved and cancelled. */
const OPEN: Status[] = ["PENDING", "CONFIRMED", "CHECKED_IN"];

export const isOff = ({ status }: { status: Status }) => OFF.includes(status);
export const isOpen = ({ status }: { status: Status }) => OPEN.includes(status);

const BY_STATUS: Partial<Record<Status, State>> = {
  PENDING: "requested",
  CHECKED_IN: "arrived",
  IN_PROGRESS: "running",
  COMPLETED: "ended",
  NO_SHOW: "noShow",
};

export function stateOf({ status, start, end }: Appointment, now: number): State {
  if (isOff({ status })) return "cancelled";
  const said = BY_STATUS[status];
  if (said) return said;
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
