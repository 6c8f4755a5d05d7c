import { t } from "@/i18n";
import { ListPage } from "@/ui/ListPage";
import { AuditList } from "./AuditList";
import type { AuditScope } from "./queries";

export default function AuditPage({ scope }: { scope: AuditScope }) {
  return (
    <ListPage wide title={t("audit.title")}>
      <AuditList scope={scope} />
    </ListPage>
  );
}
