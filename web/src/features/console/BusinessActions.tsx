import { Button, NumberInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { TenantDetail } from "@/api/types";
import { useCan } from "@/features/session";
import { useTenantActions } from "@/features/tenant";
import { t } from "@/i18n";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { useRefusal } from "@/ui/form";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { complained, said } from "@/ui/toast";

/** Suspend, reactivate, keep a demo longer: what the reader's role includes. */
export function BusinessActions({ business }: { business: TenantDetail }) {
  const can = useCan();
  const { suspend, reactivate } = useTenantActions(business.id);
  const [asking, setAsking] = useState<"suspend" | "extend" | null>(null);
  const close = () => {
    setAsking(null);
  };
  const { name } = business;
  return (
    <>
      {can("tenants.write") && business.is_demo && business.expires_at && (
        <Button
          variant="default"
          onClick={() => {
            setAsking("extend");
          }}
        >
          {t("console.extend")}
        </Button>
      )}
      {can("tenants.suspend") && business.status === "SUSPENDED" && (
        <Button
          loading={reactivate.isPending}
          onClick={() => {
            reactivate.mutate(undefined, {
              onSuccess: () => {
                said(t("console.reactivated", { name }));
              },
              onError: complained,
            });
          }}
        >
          {t("people.reactivate")}
        </Button>
      )}
      {can("tenants.suspend") && business.status === "ACTIVE" && (
        <Button
          variant="default"
          className="danger"
          onClick={() => {
            setAsking("suspend");
          }}
        >
          {t("console.suspend")}
        </Button>
      )}
      {asking === "suspend" && (
        <ReasonDialog
          title={t("console.suspendTitle", { name })}
          text={t("console.suspendText")}
          hint={t("console.suspendHint")}
          confirm={t("console.suspend")}
          busy={suspend.isPending}
          onConfirm={(reason, onError) => {
            suspend.mutate(reason ?? "", {
              onSuccess: () => {
                said(t("console.suspended", { name }));
                close();
              },
              onError,
            });
          }}
          onClose={close}
        />
      )}
      {asking === "extend" && <Extend business={business} onClose={close} />}
    </>
  );
}

function Extend({ business, onClose }: { business: TenantDetail; onClose: () => void }) {
  const { extend } = useTenantActions(business.id);
  const form = useForm({ initialValues: { days: 14 } });
  const { refused, note, clear } = useRefusal(form);
  return (
    <Dialog title={t("console.extendTitle", { name: business.name })} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ days }) => {
          clear();
          extend.mutate(Number(days), {
            onSuccess: () => {
              said(t("common.saved"));
              onClose();
            },
            onError: refused,
          });
        })}
      >
        {note}
        <NumberInput
          label={t("console.days")}
          description={t("console.daysHint")}
          min={1}
          max={60}
          allowDecimal={false}
          data-autofocus
          {...form.getInputProps("days")}
        />
        <DialogFooter saving={extend.isPending} label={t("console.extend")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
