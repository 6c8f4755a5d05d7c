import {
  IconAddressBook,
  IconArmchair,
  IconCalendar,
  IconMail,
  IconMapPin,
  IconScissors,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Permission } from "@/api/unions";
import { t } from "@/i18n";

export interface NavItem {
  to: string;
  label: () => string;
  icon: TablerIcon;
  permission: Permission;
  setting?: boolean;
  /** Its own place in the bar at the bottom of phones; the others are under "More". */
  tab?: "calendar" | "customers";
}

export const NAV: NavItem[] = [
  {
    to: "/app/calendar",
    label: () => t("appointment.calendar"),
    icon: IconCalendar,
    permission: "appointments.read",
    tab: "calendar",
  },
  {
    to: "/app/settings/customers",
    label: () => t("customer.title"),
    icon: IconAddressBook,
    permission: "customers.read",
    tab: "customers",
  },
  { to: "/app/outbox", label: () => t("outbox.title"), icon: IconMail, permission: "outbox.read" },
  {
    to: "/app/settings/services",
    label: () => t("service.title"),
    icon: IconScissors,
    permission: "services.write",
    setting: true,
  },
  {
    to: "/app/settings/resources",
    label: () => t("resource.title"),
    icon: IconArmchair,
    permission: "resources.write",
    setting: true,
  },
  {
    to: "/app/settings/locations",
    label: () => t("location.title"),
    icon: IconMapPin,
    permission: "locations.write",
    setting: true,
  },
];
