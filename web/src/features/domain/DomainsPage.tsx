import { useState } from "react";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { AddDomain } from "./DomainDialog";
import { DomainList } from "./DomainList";
import type { DomainScope } from "./queries";

export default function DomainsPage({ scope }: { scope: DomainScope }) {
  const can = useCan();
  const [adding, setAdding] = useState(false);
  const add = can(scope === "platform" ? "domains.write_platform" : "domains.write")
    ? () => {
        setAdding(true);
      }
    : undefined;
  return (
    <ListPage wide title={t("domain.title")} add={add && { label: t("domain.add"), onClick: add }}>
      <DomainList scope={scope} onAdd={add} />
      {adding && (
        <AddDomain
          scope={scope}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </ListPage>
  );
}
