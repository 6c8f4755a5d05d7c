import { Autocomplete, Button, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useMe } from "@/features/session";
import { signupOf, useCreateTenant } from "@/features/tenant";
import { t } from "@/i18n";
import { CURRENCIES, guessCurrency } from "@/lib/currency";
import { slugOf, slugShape } from "@/lib/slug";
import { knownZones, viewerZone } from "@/lib/zone";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { Info } from "@/ui/Refused";
import { Progress } from "@/ui/Progress";
import { Loaded } from "@/ui/States";

/** A new business; for sales always one to show, which goes away after 14 days. */
export function CreateBusiness({ onClose }: { onClose: () => void }) {
  const sales = useMe()?.user.role === "PLATFORM_SALES";
  const create = useCreateTenant();
  const [signup, setSignup] = useState<string | null>(null);
  const form = useForm({
    initialValues: {
      name: "",
      slug: "",
      owner_email: "",
      time_zone: viewerZone(),
      currency: guessCurrency(viewerZone()),
      is_demo: sales,
    },
    validate: {
      name: required,
      slug: (value) => (slugShape(value) ? null : t("signup.slugShape")),
      owner_email: required,
      time_zone: required,
    },
  });
  const { refused, note, clear } = useRefusal(form);
  if (signup) return <Making id={signup} onClose={onClose} />;
  const submit = form.onSubmit((values) => {
    clear();
    create.mutate(
      { ...values, name: values.name.trim(), owner_email: values.owner_email.trim() },
      {
        onSuccess: ({ id }) => {
          setSignup(id);
        },
        onError: refused,
      },
    );
  }, focusFirstError);
  return (
    <Dialog title={t(sales ? "console.addDemo" : "tenant.add")} dirty={form.isDirty()} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {note}
        {sales && <Info>{t("console.demoHint")}</Info>}
        <TextInput
          label={t("signup.businessName")}
          maxLength={200}
          data-autofocus
          {...form.getInputProps("name")}
          onChange={(event) => {
            const name = event.currentTarget.value;
            const follows = form.values.slug === slugOf(form.values.name);
            form.setValues({ name, ...(follows ? { slug: slugOf(name) } : {}) });
          }}
        />
        <TextInput
          label={t("signup.address")}
          rightSection={<span className="soft">.{window.location.host.replace(/^[^.]+\./, "")}</span>}
          rightSectionWidth={170}
          {...form.getInputProps("slug")}
        />
        <TextInput
          label={t("console.ownerEmail")}
          description={t("console.ownerHint")}
          type="email"
          {...form.getInputProps("owner_email")}
        />
        <div className="pair">
          <Autocomplete
            label={t("location.zone")}
            data={knownZones()}
            limit={20}
            {...form.getInputProps("time_zone")}
          />
          <Select
            label={t("signup.currency")}
            searchable
            allowDeselect={false}
            data={CURRENCIES}
            {...form.getInputProps("currency")}
          />
        </div>
        {!sales && (
          <Switch
            label={t("console.isDemo")}
            description={t("console.demoHint")}
            {...form.getInputProps("is_demo", { type: "checkbox" })}
          />
        )}
        <DialogFooter saving={create.isPending} label={t("console.create")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function Making({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(signupOf(id));
  const queries = useQueryClient();
  const ready = query.data?.state === "READY";
  useEffect(() => {
    if (ready) void queries.invalidateQueries({ queryKey: ["tenants"] });
  }, [ready, queries]);
  return (
    <Dialog title={t("console.making")} onClose={onClose}>
      <Loaded query={query}>
        {(signup) => (
          <div className="form">
            <Progress signup={signup} />
            {signup.state === "READY" && <p>{t("console.invited")}</p>}
            <div className="button-row">
              <Button variant={signup.state === "READY" ? "filled" : "default"} onClick={onClose}>
                {t("common.close")}
              </Button>
            </div>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
