import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { Link, NavLink } from "react-router";
import type { Me } from "@/api/types";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import { ThemeButton } from "@/ui/ThemeButton";
import type { NavItem } from "./nav";
import { UserMenu } from "./UserMenu";
import "./shell.css";

interface Props {
  me: Me;
  home: string;
  name: string;
  account: string;
  items: NavItem[];
  /** In the bar at the bottom of phones, after the first place. */
  extraTab?: ReactNode;
  notice?: ReactNode;
  children: ReactNode;
}

/** The frame around every page inside: bar, navigation, content. */
export function Shell({ me, home, name, account, items, extraTab, notice, children }: Props) {
  return (
    <div className="shell" data-nav={items.length > 0}>
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      <header className="shell-top">
        <Link to={home} className="shell-brand">
          <Mark size={26} />
          <span>{name}</span>
        </Link>
        <SchemeButton />
        <UserMenu me={me} account={account} />
      </header>
      {items.length > 0 && <Side items={items} />}
      <main id="main" className="shell-main" tabIndex={-1}>
        {notice}
        {children}
      </main>
      {items.length > 0 && <Tabs items={items} extra={extraTab} />}
    </div>
  );
}

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return <ThemeButton theme={colorScheme} onChange={setColorScheme} />;
}

function Side({ items }: { items: NavItem[] }) {
  const groups = [...new Set(items.map(({ group }) => group))];
  return (
    <nav className="side" aria-label={t("common.product")}>
      {groups.map((group) => (
        <div key={group ?? ""} className="side-group">
          {group && <p className="side-title">{t(`nav.${group}`)}</p>}
          {items
            .filter((item) => item.group === group)
            .map(({ to, label, icon: Icon }) => (
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

function Tabs({ items, extra }: { items: NavItem[]; extra: ReactNode }) {
  const tabs = items.filter((item) => item.tab);
  const rest = items.filter((item) => !item.tab);
  return (
    <nav className="tabs" aria-label={t("common.product")}>
      {tabs.map(({ to, label, icon: Icon }, index) => (
        <Fragment key={to}>
          <NavLink to={to} className="tab">
            <Icon size={22} stroke={1.75} aria-hidden />
            {label()}
          </NavLink>
          {index === 0 && extra}
        </Fragment>
      ))}
      {rest.length > 0 && (
        <Menu position="top-end" width={240}>
          <Menu.Target>
            <UnstyledButton className="tab">
              <IconDots size={22} stroke={1.75} aria-hidden />
              {t("common.more")}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown mah="70dvh" style={{ overflowY: "auto" }}>
            {rest.map(({ to, label, icon: Icon, group }, index) => (
              <Fragment key={to}>
                {group && group !== rest[index - 1]?.group && <Menu.Label>{t(`nav.${group}`)}</Menu.Label>}
                <Menu.Item component={Link} to={to} leftSection={<Icon size={20} stroke={1.75} />} py={12}>
                  {label()}
                </Menu.Item>
              </Fragment>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}
