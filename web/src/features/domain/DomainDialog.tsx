import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconRefresh } from "@tabler/icons-react";
import type { Domain } from "@/api/types";
import { useCan } from "@/features/session";
import { TenantPicker } from "@/features/tenant";
import { t } from "@/i18n";
import { CopyText } from "@/ui/CopyText";
import { ask, Dialog, DialogFooter } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { Facts } from "@/ui/Facts";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { Info, Refused } from "@/ui/Refused";
import { complained, said } from "@/ui/toast";
import { When } from "@/ui/When";
import { DomainStatus } from "./DomainList";
import { type DomainScope, useDomainActions } from "./queries";

interface Props {
  scope: DomainScope;
  domain: Domain;
  onClose: () => void;
}

/** One address: its state, what to set at the DNS provider, and what can be done. */
export function DomainDialog({ scope, domain, onClose }: Props) {
  const can = useCan();
  const { verify, primary, remove } = useDomainActions(scope);
  const platform = scope === "platform";
  const mayWrite = can(platform ? "domains.write_platform" : "domains.write");
  const mayVerify = can(platform ? "domains.verify_platform" : "domains.write");
  const { host, is_custom_domain } = domain;
  const checked = verify.data;
  return (
    <Dialog title={host} size={560} onClose={onClose}>
      <div className="form">
        <Facts
          facts={[
            [t("people.status"), <DomainStatus key="status" status={domain.status} />],
            platform ? [t("people.business"), domain.tenant.name] : null,
            [t("domain.kind"), t(is_custom_domain ? "domain.custom" : "domain.ours")],
            domain.verified_at
              ? [t("domain.verified"), <When key="verified" at={domain.verified_at} />]
              : null,
            domain.checked_at ? [t("domain.checked"), <When key="checked" at={domain.checked_at} />] : null,
            platform ? [t("domain.route53"), domain.route53_zone_id ?? t("domain.noRoute53")] : null,
          ]}
        />
        {domain.problem && <Info tone="yellow">{domain.problem}</Info>}
        {verify.error && <Refused>{errorText(verify.error)}</Refused>}
        {is_custom_domain && (
          <section className="form">
            <p>{t("domain.records")}</p>
            <div className="record">
              <strong>TXT</strong>
              <CopyText label={t("domain.recordName")} value={domain.txt_name} />
              <CopyText label={t("domain.recordValue")} value={domain.txt_value} />
            </div>
            <div className="record">
              <strong>CNAME</strong>
              <CopyText label={t("domain.recordName")} value={host} />
              <CopyText label={t("domain.recordTarget")} value={domain.cname_target} />
            </div>
          </section>
        )}
        <div className="button-row">
          {is_custom_domain && mayVerify && (
            <Button
              leftSection={<IconRefresh size={18} />}
              loading={verify.isPending}
              onClick={() => {
                verify.mutate(domain.id, {
                  onSuccess: ({ status }) => {
                    if (status === "VERIFIED") said(t("domain.works", { host }));
                  },
                });
              }}
            >
              {t("domain.verify")}
            </Button>
          )}
          {mayWrite && domain.status === "VERIFIED" && !domain.is_primary && (
            <Button
              variant="default"
              loading={primary.isPending}
              onClick={() => {
                primary.mutate(domain.id, {
                  onSuccess: () => {
                    said(t("domain.nowPrimary", { host }));
                  },
                  onError: complained,
                });
              }}
            >
              {t("domain.makePrimary")}
            </Button>
          )}
          {mayWrite && is_custom_domain && (
            <Button
              variant="subtle"
              color="red"
              className="danger"
              loading={remove.isPending}
              onClick={() => {
                ask({
                  title: t("domain.removeTitle", { host }),
                  text: t("domain.removeText"),
                  confirm: t("domain.remove"),
                  onConfirm: () => {
                    remove.mutate(domain.id, { onSuccess: onClose, onError: complained });
                  },
                });
              }}
            >
              {t("domain.remove")}
            </Button>
          )}
        </div>
        {checked && checked.status !== "VERIFIED" && <p className="soft">{t("domain.notYet")}</p>}
      </div>
    </Dialog>
  );
}

export function AddDomain({ scope, onClose }: { scope: DomainScope; onClose: () => void }) {
  const { add } = useDomainActions(scope);
  const platform = scope === "platform";
  const form = useForm({
    initialValues: { host: "", tenant_id: "" },
    validate: { host: required, tenant_id: (value) => (platform ? required(value) : null) },
  });
  const { refused, note, clear } = useRefusal(form);
  return (
    <Dialog title={t("domain.add")} dirty={form.isDirty()} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ host, tenant_id }) => {
          clear();
          add.mutate(
            { host: host.trim().toLowerCase(), tenant_id },
            {
              onSuccess: (domain) => {
                said(t("domain.added", { host: domain.host }));
                onClose();
              },
              onError: refused,
            },
          );
        }, focusFirstError)}
      >
        {note}
        {platform && <TenantPicker label={t("people.business")} {...form.getInputProps("tenant_id")} />}
        <TextInput
          label={t("domain.host")}
          description={t("domain.hostHint")}
          placeholder="book.example.com"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps("host")}
        />
        <DialogFooter saving={add.isPending} label={t("domain.add")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
