import { Anchor, Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { t } from "@/i18n";
import { CURRENCIES, guessCurrency } from "@/lib/currency";
import { slugOf, slugShape } from "@/lib/slug";
import { knownZones, viewerZone } from "@/lib/zone";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { signUp } from "./queries";
import { SlugField } from "./SlugField";
import { Sheet } from "./Sheet";

/** Who are you, what is it called, where is it: the address has to be confirmed before anything is made. */
export function SignupPage() {
  const zone = viewerZone();
  const form = useForm({
    initialValues: {
      business_name: "",
      slug: "",
      name: "",
      email: "",
      time_zone: zone,
      currency: guessCurrency(zone),
    },
    validate: {
      business_name: required,
      slug: (value) => (slugShape(value) ? null : t("signup.slugShape")),
      name: required,
      email: required,
      time_zone: (value) => (knownZones().includes(value) ? null : t("signup.zoneUnknown")),
    },
  });
  const { refused, note, clear } = useRefusal(form);
  const send = useMutation({ mutationFn: signUp, onError: refused });
  if (send.isSuccess)
    return (
      <Sheet title={t("signup.mail")} hint={t("signup.mailHint", { email: send.variables.email })}>
        <Button
          variant="default"
          mt="lg"
          onClick={() => {
            send.reset();
          }}
        >
          {t("signup.again")}
        </Button>
      </Sheet>
    );
  const submit = form.onSubmit((values) => {
    clear();
    send.mutate({
      ...values,
      business_name: values.business_name.trim(),
      name: values.name.trim(),
      email: values.email.trim(),
    });
  }, focusFirstError);
  return (
    <Sheet
      title={t("signup.title")}
      hint={t("signup.lead")}
      foot={
        <Anchor href="/" className="login-foot">
          {t("signup.toStart")}
        </Anchor>
      }
    >
      <form className="form" noValidate onSubmit={submit}>
        {note}
        <TextInput
          size="md"
          label={t("signup.businessName")}
          autoComplete="organization"
          maxLength={200}
          {...form.getInputProps("business_name")}
          onChange={(event) => {
            const name = event.currentTarget.value;
            const follows = form.values.slug === slugOf(form.values.business_name);
            form.setValues({ business_name: name, ...(follows ? { slug: slugOf(name) } : {}) });
          }}
        />
        <SlugField {...form.getInputProps("slug")} />
        <TextInput
          size="md"
          label={t("signup.yourName")}
          autoComplete="name"
          maxLength={200}
          {...form.getInputProps("name")}
        />
        <TextInput
          size="md"
          label={t("common.email")}
          type="email"
          autoComplete="email"
          {...form.getInputProps("email")}
        />
        <div className="pair">
          <Autocomplete
            size="md"
            label={t("signup.zone")}
            data={knownZones()}
            limit={20}
            {...form.getInputProps("time_zone")}
          />
          <Select
            size="md"
            label={t("signup.currency")}
            searchable
            allowDeselect={false}
            data={CURRENCIES}
            {...form.getInputProps("currency")}
          />
        </div>
        <Button type="submit" size="md" fullWidth loading={send.isPending}>
          {t("signup.submit")}
        </Button>
        <p className="soft">{t("signup.privacy")}</p>
      </form>
    </Sheet>
  );
}
