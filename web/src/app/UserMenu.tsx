import { Button, Popover, UnstyledButton } from "@mantine/core";
import { IconLogout, IconUserCog } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Me } from "@/api/types";
import { RoleBadge, useLogout } from "@/features/session";
import { t } from "@/i18n";

export function UserMenu({ me, account }: { me: Me; account: string }) {
  const logout = useLogout();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <Popover position="bottom-end" width={240} trapFocus returnFocus opened={open} onChange={setOpen}>
      <Popover.Target>
        <UnstyledButton
          className="avatar"
          onClick={() => {
            setOpen(!open);
          }}
        >
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
        <div className="user-links">
          <Button
            component={Link}
            to={account}
            variant="default"
            fullWidth
            leftSection={<IconUserCog size={18} />}
            onClick={close}
          >
            {t("account.title")}
          </Button>
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
        </div>
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
