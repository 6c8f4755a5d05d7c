import { useState } from "react";
import type { Scope } from "@/features/people";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { CreateGrant } from "./CreateGrant";
import { GrantList } from "./GrantList";

export default function GrantsPage({ scope }: { scope: Scope }) {
  const can = useCan();
  const [creating, setCreating] = useState(false);
  const create = can("grants.create")
    ? () => {
        setCreating(true);
      }
    : undefined;
  return (
    <ListPage wide title={t("grant.title")} add={create && { label: t("grant.add"), onClick: create }}>
      <GrantList withTenant={scope === "platform"} onCreate={create} />
      {creating && (
        <CreateGrant
          scope={scope}
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
    </ListPage>
  );
}
