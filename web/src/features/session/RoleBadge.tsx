import type { Role } from "@/api/types";
import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/Badge";

const TONES: Record<Role, Tone> = {
  SUPERUSER: "purple",
  PLATFORM_MANAGER: "indigo",
  PLATFORM_SALES: "teal",
  PLATFORM_SUPPORT: "green",
  TENANT_OWNER: "blue",
  TENANT_MANAGER: "cyan",
  TENANT_STAFF: "lime",
  CUSTOMER: "grey",
};

export function RoleBadge({ role }: { role: Role }) {
  return <Badge tone={TONES[role]}>{t(`session.role.${role}`)}</Badge>;
}
