import { Button } from "@mantine/core";
import type { Grant } from "@/api/types";
import { roleName } from "@/features/session";
import { t } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { Facts } from "@/ui/Facts";
import { When } from "@/ui/When";
import { GrantStatus } from "./GrantStatus";
import { actionName } from "./words";

interface Props {
  grant: Grant;
  onRevoke: (() => void) | undefined;
  onClose: () => void;
}

export function GrantDialog({ grant, onRevoke, onClose }: Props) {
  const { grantee, grantor } = grant;
  return (
    <Dialog title={actionName(grant.action)} onClose={onClose}>
      <Facts
        facts={[
          [t("people.status"), <GrantStatus key="status" grant={grant} />],
          [t("grant.to"), `${grantee.name || grantee.email} (${roleName(grantee.role)})`],
          [t("grant.by"), `${grantor.name} (${roleName(grantor.role)})`],
          grant.tenant_name ? [t("people.business"), grant.tenant_name] : null,
          [t("common.reason"), grant.reason],
          [t("grant.starts"), <When key="starts" at={grant.starts_at} />],
          [t("grant.ends"), <When key="ends" at={grant.expires_at} />],
          [t("grant.used"), t("grant.times", { count: grant.use_count })],
          grant.last_used_at ? [t("grant.lastUsed"), <When key="used" at={grant.last_used_at} />] : null,
          grant.revoked_at ? [t("grant.revokedAt"), <When key="revoked" at={grant.revoked_at} />] : null,
          grant.revoked_by ? [t("grant.revokedBy"), grant.revoked_by.name] : null,
          grant.revoke_reason ? [t("grant.revokeReason"), grant.revoke_reason] : null,
        ]}
      />
      {onRevoke && (
        <div className="dialog-footer">
          <Button variant="subtle" color="red" className="danger" onClick={onRevoke}>
            {t("grant.revoke")}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
