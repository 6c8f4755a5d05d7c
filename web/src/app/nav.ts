import {
  IconAddressBook,
  IconArmchair,
  IconBuildingStore,
  IconCalendar,
  IconEye,
  IconKey,
  IconLayoutDashboard,
  IconListSearch,
  IconMail,
  IconMapPin,
  IconScissors,
  IconShieldHalf,
  IconUsers,
  IconWorld,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Permission } from "@/api/unions";
import { t } from "@/i18n";

export interface NavItem {
  to: string;
  label: () => string;
  icon: TablerIcon;
  permission: Permission;
  group?: "settings" | "team";
  /** Its own place in the bar at the bottom of phones; the others are under "More". */
  tab?: true;
}

export function allowed(items: NavItem[], can: (permission: Permission) => boolean): NavItem[] {
  return items.filter(({ permission }) => can(permission));
}

export const NAV: NavItem[] = [
  {
    to: "/app/calendar",
    label: () => t("appointment.calendar"),
    icon: IconCalendar,
    permission: "appointments.read",
    tab: true,
  },
  {
    to: "/app/settings/customers",
    label: () => t("customer.title"),
    icon: IconAddressBook,
    permission: "customers.read",
    tab: true,
  },
  { to: "/app/outbox", label: () => t("outbox.title"), icon: IconMail, permission: "outbox.read" },
  {
    to: "/app/settings/services",
    label: () => t("service.title"),
    icon: IconScissors,
    permission: "services.write",
    group: "settings",
  },
  {
    to: "/app/settings/resources",
    label: () => t("resource.title"),
    icon: IconArmchair,
    permission: "resources.write",
    group: "settings",
  },
  {
    to: "/app/settings/locations",
    label: () => t("location.title"),
    icon: IconMapPin,
    permission: "locations.write",
    group: "settings",
  },
  {
    to: "/app/business",
    label: () => t("business.title"),
    icon: IconBuildingStore,
    permission: "settings.write",
    group: "settings",
  },
  {
    to: "/app/domains",
    label: () => t("domain.title"),
    icon: IconWorld,
    permission: "domains.read",
    group: "settings",
  },
  {
    to: "/app/people",
    label: () => t("people.title"),
    icon: IconUsers,
    permission: "people.read",
    group: "team",
  },
  {
    to: "/app/access-log",
    label: () => t("access.title"),
    icon: IconEye,
    permission: "access_log.read",
    group: "team",
  },
  {
    to: "/app/grants",
    label: () => t("grant.title"),
    icon: IconKey,
    permission: "grants.read",
    group: "team",
  },
  {
    to: "/app/audit",
    label: () => t("audit.title"),
    icon: IconListSearch,
    permission: "audit.read",
    group: "team",
  },
];

export const PLATFORM_NAV: NavItem[] = [
  {
    to: "/dashboard",
    label: () => t("console.dashboard"),
    icon: IconLayoutDashboard,
    permission: "tenants.read",
    tab: true,
  },
  {
    to: "/businesses",
    label: () => t("tenant.title"),
    icon: IconBuildingStore,
    permission: "tenants.read",
    tab: true,
  },
  { to: "/users", label: () => t("people.users"), icon: IconUsers, permission: "users.read", tab: true },
  { to: "/staff", label: () => t("people.staff"), icon: IconShieldHalf, permission: "staff.read" },
  { to: "/domains", label: () => t("domain.title"), icon: IconWorld, permission: "domains.read_platform" },
  { to: "/grants", label: () => t("grant.title"), icon: IconKey, permission: "grants.read" },
  { to: "/audit", label: () => t("audit.title"), icon: IconListSearch, permission: "audit.read_platform" },
];
