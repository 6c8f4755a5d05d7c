import { Button, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { OwnBusiness } from "@/api/types";
import { me, useCan } from "@/features/session";
import { t } from "@/i18n";
import { Facts, Panel } from "@/ui/Facts";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { ListPage } from "@/ui/ListPage";
import { Loaded } from "@/ui/States";
import { complained, said } from "@/ui/toast";

const business = {
  queryKey: ["own-business"],
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<OwnBusiness> =>
    take(api.GET("/api/v1/business", { signal })),
};

export default function BusinessPage() {
  const query = useQuery(business);
  return (
    <ListPage title={t("business.title")}>
      <Loaded query={query}>{(own) => <Form business={own} />}</Loaded>
    </ListPage>
  );
}

function Form({ business: { name, currency, tier, staff_need_mfa } }: { business: OwnBusiness }) {
  const can = useCan();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { name }, validate: { name: required } });
  const { refused, note, clear } = useRefusal(form);
  const save = useMutation({
    mutationFn: (body: { name: string }) => take(api.PATCH("/api/v1/business", { body })),
    onSuccess: (saved) => {
      queries.setQueryData(business.queryKey, saved);
      void queries.invalidateQueries({ queryKey: me.queryKey });
      form.setInitialValues({ name: saved.name });
      form.reset();
      said(t("common.saved"));
    },
    onError: refused,
  });
  return (
    <>
      <section className="panel">
        <form
          className="form"
          noValidate
          onSubmit={form.onSubmit((values) => {
            clear();
            save.mutate({ name: values.name.trim() });
          }, focusFirstError)}
        >
          {note}
          <TextInput
            label={t("business.name")}
            description={t("business.nameHint")}
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <div className="form-buttons">
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t("business.save")}
            </Button>
          </div>
        </form>
      </section>
      <Panel title={t("console.facts")}>
        <Facts
          facts={[
            [t("business.address"), window.location.host],
            [t("signup.currency"), currency],
            [t("business.plan"), tier in tiers ? t(`tenant.tiers.${tier as keyof typeof tiers}`) : tier],
          ]}
        />
      </Panel>
      {can("security.write") && <Security asked={staff_need_mfa} />}
    </>
  );
}

/** Applies at once: who is asked sets a second factor up at their next sign-in. */
function Security({ asked }: { asked: boolean }) {
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (staff_need_mfa: boolean) =>
      take(api.PUT("/api/v1/business/security", { body: { staff_need_mfa } })),
    onSuccess: (saved) => {
      queries.setQueryData(business.queryKey, saved);
      said(t("common.saved"));
    },
    onError: complained,
  });
  return (
    <Panel title={t("business.security")}>
      <Switch
        label={t("business.staffNeedMFA")}
        description={t("business.staffNeedMFAHint")}
        checked={save.isPending ? save.variables : asked}
        disabled={save.isPending}
        onChange={(event) => {
          save.mutate(event.currentTarget.checked);
        }}
      />
    </Panel>
  );
}

const tiers = { FREE: 0, STARTER: 0, PROFESSIONAL: 0, ENTERPRISE: 0 };
