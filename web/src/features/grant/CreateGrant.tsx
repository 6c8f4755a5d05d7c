import { NumberInput, Select, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { PersonPicker, type Scope } from "@/features/people";
import { roleName } from "@/features/session";
import { TenantPicker } from "@/features/tenant";
import { t } from "@/i18n";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, reasonShape, required, useRefusal } from "@/ui/form";
import { Loaded } from "@/ui/States";
import { said } from "@/ui/toast";
import { SearchSelect } from "@/ui/SearchSelect";
import { findGrantees, grantActions, useGrant } from "./queries";
import { actionName } from "./words";

interface Props {
  scope: Scope;
  tenantId?: string;
  onClose: () => void;
}

/** Lets somebody do one thing for a while. */
export function CreateGrant({ scope, tenantId = "", onClose }: Props) {
  const actions = useQuery(grantActions);
  const create = useGrant();
  const platform = scope === "platform";
  const form = useForm({
    initialValues: {
      action: "",
      grantee_id: "",
      tenant_id: tenantId,
      target_user_id: "",
      duration_minutes: 30,
      reason: "",
    },
    validate: {
      action: required,
      grantee_id: required,
      tenant_id: (value, { action }) => (platform && describe(action)?.needs_tenant ? required(value) : null),
      target_user_id: (value, { action }) => (describe(action)?.needs_target ? required(value) : null),
      reason: reasonShape,
    },
  });
  const { refused, note, clear } = useRefusal(form);
  const { values } = form;
  const describe = (action: string) => actions.data?.find((one) => one.action === action);
  const chosen = describe(values.action);
  const submit = form.onSubmit(
    ({ action, grantee_id, tenant_id, target_user_id, duration_minutes, reason }) => {
      clear();
      create.mutate(
        {
          action,
          grantee_id,
          reason: reason.trim(),
          duration_minutes: Number(duration_minutes),
          ...(platform && tenant_id && chosen?.needs_tenant ? { tenant_id } : {}),
          ...(chosen?.needs_target ? { target_user_id } : {}),
        },
        {
          onSuccess: ({ grantee }) => {
            said(t("grant.created", { name: grantee.name || grantee.email }));
            onClose();
          },
          onError: refused,
        },
      );
    },
    focusFirstError,
  );
  return (
    <Dialog title={t("grant.add")} dirty={form.isDirty()} onClose={onClose}>
      <Loaded query={actions}>
        {(all) => (
          <form className="form" noValidate onSubmit={submit}>
            {note}
            <Select
              label={t("grant.what")}
              description={chosen?.description}
              data-autofocus
              allowDeselect={false}
              data={all.map(({ action }) => ({ value: action, label: actionName(action) }))}
              {...form.getInputProps("action")}
              onChange={(action) => {
                form.setValues({ action: action ?? "", grantee_id: "" });
              }}
            />
            {platform && chosen?.needs_tenant && !tenantId && (
              <TenantPicker label={t("people.business")} {...form.getInputProps("tenant_id")} />
            )}
            <SearchSelect
              key={`${values.action} ${values.tenant_id}`}
              queryKey={["grantees", values.action, values.tenant_id]}
              find={async (query, signal) =>
                chosen
                  ? (await findGrantees(values.action, values.tenant_id, query, signal)).map(
                      ({ id, name, email, role }) => ({
                        id,
                        label: `${name || email || ""} · ${roleName(role)}`,
                      }),
                    )
                  : []
              }
              label={t("grant.to")}
              placeholder={t("people.search")}
              disabled={!chosen}
              {...form.getInputProps("grantee_id")}
            />
            {chosen?.needs_target && (
              <PersonPicker
                scope={scope}
                label={t("grant.target")}
                placeholder={t("people.search")}
                {...(values.tenant_id ? { tenantId: values.tenant_id } : {})}
                {...form.getInputProps("target_user_id")}
              />
            )}
            <NumberInput
              label={t("grant.minutes")}
              description={t("grant.minutesHint")}
              min={1}
              max={240}
              allowDecimal={false}
              {...form.getInputProps("duration_minutes")}
            />
            <Textarea
              label={t("common.reason")}
              description={t("grant.reasonHint")}
              autosize
              minRows={2}
              maxLength={500}
              {...form.getInputProps("reason")}
            />
            <DialogFooter saving={create.isPending} label={t("grant.submit")} onCancel={onClose} />
          </form>
        )}
      </Loaded>
    </Dialog>
  );
}
