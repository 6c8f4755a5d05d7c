import { Button, Menu, Popover, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconCalendar, IconDots, IconLogout, IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { NavLink, Link, useLocation } from "react-router";
import type { Me } from "@/api/types";
import { RoleBadge, useCan, useLogout } from "@/features/session";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import { ThemeButton } from "@/ui/ThemeButton";
import { NAV, type NavItem } from "./nav";
import "./shell.css";

export function AppShell({ me, children }: { me: Me; children: ReactNode }) {
  const can = useCan();
  const customer = me.user.role === "CUSTOMER";
  const items = customer ? [] : NAV.filter((item) => can(item.permission));
  return (
    <div className="shell" data-nav={items.length > 0}>
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      <header className="shell-top">
        <Link to="/app" className="shell-brand">
          <Mark size={26} />
          <span>{me.tenant?.name ?? t("common.product")}</span>
        </Link>
        <SchemeButton />
        <UserMenu me={me} />
      </header>
      {items.length > 0 && <Side items={items} />}
      <main id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
      {items.length > 0 && <Tabs items={items} mayBook={can("appointments.create")} />}
    </div>
  );
}

export function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return <ThemeButton theme={colorScheme} onChange={setColorScheme} />;
}

export function UserMenu({ me }: { me: Me }) {
  const logout = useLogout();
  return (
    <Popover position="bottom-end" width={240} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="avatar">
          <span aria-hidden>{initials(me.user.name || me.user.email)}</span>
          <span className="visually-hidden">{t("session.account", { name: me.user.name })}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="user-card">
          <strong>{me.user.name}</strong>
          <span className="soft">{me.user.email}</span>
          <RoleBadge role={me.user.role} />
        </div>
        <Button
          variant="default"
          fullWidth
          leftSection={<IconLogout size={18} />}
          onClick={() => {
            logout.mutate();
          }}
        >
          {t("session.signOut")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}

function Side({ items }: { items: NavItem[] }) {
  const groups = [items.filter((item) => !item.setting), items.filter((item) => item.setting)];
  return (
    <nav className="side" aria-label={t("common.product")}>
      {groups.map((group, index) => (
        <div key={index} className="side-group">
          {index === 1 && group.length > 0 && <p className="side-title">{t("appointment.settings")}</p>}
          {group.map(({ to, label, icon: Icon }) => (
            <NavLink key={to} to={to} className="side-link">
              <Icon size={20} stroke={1.75} aria-hidden />
              {label()}
            </NavLink>
          ))}
        </div>
      ))}
    </nav>
  );
}

function Tabs({ items, mayBook }: { items: NavItem[]; mayBook: boolean }) {
  const calendar = items.find((item) => item.tab === "calendar");
  const customers = items.find((item) => item.tab === "customers");
  const rest = items.filter((item) => !item.tab);
  const { pathname, search } = useLocation();
  const date = pathname === "/app/calendar" ? new URLSearchParams(search).get("date") : null;
  return (
    <nav className="tabs" aria-label={t("common.product")}>
      {calendar && (
        <NavLink to={calendar.to} className="tab">
          <IconCalendar size={22} stroke={1.75} aria-hidden />
          {calendar.label()}
        </NavLink>
      )}
      {calendar && mayBook && (
        <Link
          to={`/app/calendar?new=1${date ? `&date=${date}` : ""}`}
          className="tab tab-add"
          aria-label={t("appointment.new")}
        >
          <span>
            <IconPlus size={24} aria-hidden />
          </span>
        </Link>
      )}
      {customers && (
        <NavLink to={customers.to} className="tab">
          <customers.icon size={22} stroke={1.75} aria-hidden />
          {customers.label()}
        </NavLink>
      )}
      {rest.length > 0 && (
        <Menu position="top-end" width={220}>
          <Menu.Target>
            <UnstyledButton className="tab">
              <IconDots size={22} stroke={1.75} aria-hidden />
              {t("common.more")}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map(({ to, label, icon: Icon }) => (
              <Menu.Item
                key={to}
                component={Link}
                to={to}
                leftSection={<Icon size={20} stroke={1.75} />}
                py={12}
              >
                {label()}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}
