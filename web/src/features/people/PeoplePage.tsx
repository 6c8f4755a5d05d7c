import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { InviteDialog, Invitations } from "./Invitations";
import type { Scope } from "./queries";
import { PLATFORM_ROLES, TENANT_ROLES } from "./roles";
import { UserList } from "./UserList";

/** The team of a business, or the platform's own, with those who are invited. */
export default function PeoplePage({ scope }: { scope: Scope }) {
  const can = useCan();
  const [search, setSearch] = useSearchParams();
  const [inviting, setInviting] = useState(false);
  const platform = scope === "platform";
  const mayInvite = can(platform ? "staff.write" : "people.invite");
  const tab = search.get("show") === "invitations" ? "invitations" : "people";
  const invite = () => {
    setInviting(true);
  };
  return (
    <ListPage
      wide
      title={t(platform ? "people.staff" : "people.title")}
      add={mayInvite ? { label: t("people.invite"), onClick: invite } : undefined}
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          setSearch(value === "invitations" ? { show: value } : {}, { replace: true });
        }}
      >
        {mayInvite && (
          <Tabs.List mb="md">
            <Tabs.Tab value="people">{t("people.tab")}</Tabs.Tab>
            <Tabs.Tab value="invitations">{t("people.invitations")}</Tabs.Tab>
          </Tabs.List>
        )}
        <Tabs.Panel value="people">
          <UserList
            scope={scope}
            roles={platform ? PLATFORM_ROLES : TENANT_ROLES}
            {...(platform ? { kind: "PLATFORM" as const } : {})}
          />
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <Invitations scope={scope} onInvite={mayInvite ? invite : undefined} />
        </Tabs.Panel>
      </Tabs>
      {inviting && (
        <InviteDialog
          scope={scope}
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
    </ListPage>
  );
}
