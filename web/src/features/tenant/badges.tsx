import { t } from "@/i18n";
import type { Tenant } from "@/api/types";
import { Badge, type Tone } from "@/ui/Badge";

const TIERS: Record<Tenant["tier"], Tone> = {
  ENTERPRISE: "purple",
  PROFESSIONAL: "teal",
  STARTER: "blue",
  FREE: "grey",
};
const STATUSES: Record<Tenant["status"], Tone> = { ACTIVE: "green", SUSPENDED: "red", DELETED: "grey" };

export const TIER_NAMES = ["FREE", "STARTER", "PROFESSIONAL", "ENTERPRISE"] as const;
export const STATUS_NAMES = ["ACTIVE", "SUSPENDED"] as const;

export function TierBadge({ tier }: { tier: Tenant["tier"] }) {
  return <Badge tone={TIERS[tier]}>{t(`tenant.tiers.${tier}`)}</Badge>;
}

export function TenantStatus({ status }: { status: Tenant["status"] }) {
  return <Badge tone={STATUSES[status]}>{t(`tenant.statuses.${status}`)}</Badge>;
}

/** platform.example.com shows businesses at slug.example.com, on the same port. */
export function hostOf(slug: string): string {
  return `${slug}.${window.location.host.replace(/^[^.]+\./, "")}`;
}
