import { Drawer } from "@mantine/core";
import type { AuditEntry } from "@/api/types";
import { roleName } from "@/features/session";
import { t } from "@/i18n";
import { PHONE } from "@/ui/Dialog";
import { Facts } from "@/ui/Facts";
import { useReturnFocus } from "@/ui/returnFocus";
import { When } from "@/ui/When";
import { useMediaQuery } from "@mantine/hooks";
import { ResultBadge } from "./AuditList";
import { auditText } from "./words";

type Who = AuditEntry["actor"];

const who = ({ email, role, id }: Who) =>
  [email ?? id ?? t("audit.nobody"), role && `(${roleName(role)})`].filter(Boolean).join(" ");

/** All that is known about one entry. */
export function EntryDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  useReturnFocus();
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const details = Object.entries(entry.details ?? {});
  return (
    <Drawer
      opened
      position={phone ? "bottom" : "right"}
      size={phone ? "85%" : "md"}
      title={auditText(entry.action)}
      closeButtonProps={{ "aria-label": t("common.close") }}
      onClose={onClose}
    >
      <Facts
        facts={[
          [t("audit.result"), <ResultBadge key="result" result={entry.result} />],
          entry.deny_code ? [t("audit.why"), <code key="deny">{entry.deny_code}</code>] : null,
          [t("audit.when"), <When key="at" at={entry.at} />],
          [t("audit.who"), who(entry.actor)],
          entry.subject ? [t("audit.whom"), who(entry.subject)] : null,
          entry.tenant ? [t("people.business"), entry.tenant.slug] : null,
          entry.reason ? [t("common.reason"), entry.reason] : null,
          entry.ip_address ? [t("audit.address"), entry.ip_address] : null,
          entry.masquerade_id ? [t("audit.masquerade"), <code key="mq">{entry.masquerade_id}</code>] : null,
          [t("audit.action"), <code key="action">{entry.action}</code>],
          [t("audit.chain"), `${entry.chain}, ${entry.seq}`],
          ...details.map(
            ([name, value]) =>
              [
                name.replaceAll("_", " "),
                <code key={name}>{typeof value === "string" ? value : JSON.stringify(value)}</code>,
              ] as const,
          ),
        ]}
      />
    </Drawer>
  );
}
