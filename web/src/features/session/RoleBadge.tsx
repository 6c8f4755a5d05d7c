import type { Role } from "@/api/unions";
import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/Badge";

const TONES = {
  SUPERUSER: "purple",
  PLATFORM_MANAGER: "indigo",
  PLATFORM_SALES: "teal",
  PLATFORM_SUPPORT: "green",
  TENANT_OWNER: "blue",
  TENANT_MANAGER: "cyan",
  TENANT_STAFF: "lime",
  CUSTOMER: "grey",
} satisfies Record<Role, Tone>;

const known = (role: string): role is Role => role in TONES;

export function RoleBadge({ role }: { role: string }) {
  return known(role) ? <Badge tone={TONES[role]}>{t(`session.role.${role}`)}</Badge> : <Badge>{role}</Badge>;
}

export function roleName(role: string): string {
  return known(role) ? t(`session.role.${role}`) : role;
}
