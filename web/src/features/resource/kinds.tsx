import { IconArmchair, IconTool, IconUser } from "@tabler/icons-react";
import type { Resource } from "@/api/types";

export type Kind = Resource["kind"];

export const KINDS: Kind[] = ["STAFF", "ROOM", "EQUIPMENT"];

const ICONS = { STAFF: IconUser, ROOM: IconArmchair, EQUIPMENT: IconTool };

export function KindIcon({ kind, size = 20 }: { kind: Kind; size?: number }) {
  const Icon = ICONS[kind];
  return <Icon size={size} stroke={1.75} aria-hidden />;
}
