import { Anchor, Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { isApiError } from "@/api/error";
import type { Signup } from "@/api/types";
import { t } from "@/i18n";
import { useFragment } from "@/lib/fragment";
import { LONG } from "@/lib/password";
import { slugShape } from "@/lib/slug";
import { focusFirstError, useRefusal } from "@/ui/form";
import { brokenRule, NewPassword } from "@/ui/NewPassword";
import { Progress } from "@/ui/Progress";
import { Info } from "@/ui/Refused";
import { confirmSignup, signupOf } from "./queries";
import { Sheet } from "./Sheet";
import { SlugField } from "./SlugField";

/** The address is confirmed: choose a password, watch the business being made, go there. */
export function ConfirmPage() {
  const token = useFragment();
  const form = useForm({
    initialValues: { password: "", slug: "", asked: false },
    validate: {
      password: (value) => brokenRule(value, LONG, []),
      slug: (value, { asked }) => (asked && !slugShape(value) ? t("signup.slugShape") : null),
    },
  });
  const { refused, note, clear } = useRefusal(form);
  const confirm = useMutation({
    mutationFn: confirmSignup,
    onError: (error) => {
      // Somebody took the address of the business meanwhile: another one is asked for.
      if (isApiError(error, "already_exists")) form.setFieldValue("asked", true);
      else refused(error);
    },
  });
  const taken = form.values.asked;
  if (confirm.data) return <Making signup={confirm.data} />;
  if (!token || isApiError(confirm.error, "link_expired"))
    return (
      <Sheet title={t("signup.expired")} hint={t("signup.expiredHint")}>
        <Button component="a" href="/signup" size="md" mt="lg">
          {t("signup.link")}
        </Button>
      </Sheet>
    );
  return (
    <Sheet title={t("signup.choose")} hint={t("signup.chooseHint")}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ password, slug }) => {
          clear();
          confirm.mutate({ token, password, ...(slug ? { slug } : {}) });
        }, focusFirstError)}
      >
        {note}
        {taken && <Info tone="yellow">{t("signup.taken")}</Info>}
        {taken && <SlugField {...form.getInputProps("slug")} />}
        <NewPassword personal={[]} {...form.getInputProps("password")} />
        <Button type="submit" size="md" fullWidth loading={confirm.isPending}>
          {t("signup.go")}
        </Button>
      </form>
    </Sheet>
  );
}

function Making({ signup: first }: { signup: Signup }) {
  const signup = useQuery({ ...signupOf(first.id), initialData: first }).data;
  const { state, slug, login_url } = signup;
  const host = `${slug}.${window.location.host}`;
  const [title, hint] =
    state === "READY"
      ? [t("signup.ready"), t("signup.readyHint", { host })]
      : state === "FAILED"
        ? [t("signup.failed"), undefined]
        : [t("signup.making"), t("signup.makingHint")];
  return (
    <Sheet title={title} {...(hint ? { hint } : {})}>
      <div className="form">
        <Progress signup={signup} />
        {state === "READY" && (
          <Button component="a" href={login_url ?? `//${host}/login`} size="md" fullWidth>
            {t("signup.signIn")}
          </Button>
        )}
        {state === "FAILED" && <Anchor href="/signup">{t("signup.toStart")}</Anchor>}
      </div>
    </Sheet>
  );
}
