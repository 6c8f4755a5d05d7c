import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { dayText } from "@/lib/format";
import { useFragment } from "@/lib/fragment";
import { LONG } from "@/lib/password";
import { viewerZone, wallClock } from "@/lib/zone";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { brokenRule, NewPassword } from "@/ui/NewPassword";
import { Failed, RowsSkeleton } from "@/ui/States";
import { RoleBadge } from "../RoleBadge";
import { useArrive } from "../queries";
import { Door, Expired, ToLoginLink } from "./Door";

interface Look {
  email: string;
  role: string;
  tenant_name?: string | null;
  invited_by: string;
  expires_at: string;
}

export default function InvitePage() {
  const token = useFragment();
  const look = useQuery({
    queryKey: ["invitation", token],
    queryFn: (): Promise<Look> => take(api.POST("/api/v1/auth/invitation/look", { body: { token } })),
    enabled: token !== "",
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (!token || isApiError(look.error, "link_expired")) return <Expired />;
  if (look.data) return <Accept token={token} look={look.data} />;
  return (
    <Door title={t("door.invite.title")}>
      {look.error ? (
        <Failed error={look.error} onRetry={() => void look.refetch()} />
      ) : (
        <div className="form">
          <RowsSkeleton rows={2} />
        </div>
      )}
    </Door>
  );
}

function Accept({ token, look }: { token: string; look: Look }) {
  const arrive = useArrive();
  const place = look.tenant_name ?? t("common.product");
  const personal = (name: string) => [name, look.email, place];
  const form = useForm({
    initialValues: { name: "", password: "" },
    validate: {
      name: required,
      password: (value, { name }) => brokenRule(value, LONG, personal(name)),
    },
  });
  const { refused, note, clear } = useRefusal(form);
  const accept = useMutation({
    mutationFn: (values: { name: string; password: string }) =>
      take(api.POST("/api/v1/auth/invitation/accept", { body: { token, ...values } })),
    onSuccess: arrive,
    onError: refused,
  });
  if (isApiError(accept.error, "link_expired")) return <Expired />;
  const until = dayText(wallClock(Date.parse(look.expires_at), viewerZone()).date);
  return (
    <Door
      title={t("door.invite.join", { place })}
      hint={t("door.invite.hint", { who: look.invited_by, until })}
      foot={<ToLoginLink>{t("door.invite.known")}</ToLoginLink>}
    >
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit(({ name, password }) => {
          clear();
          accept.mutate({ name: name.trim(), password });
        }, focusFirstError)}
      >
        {note}
        <p className="invite-as">
          <span>{look.email}</span> <RoleBadge role={look.role} />
        </p>
        <TextInput
          size="md"
          label={t("door.invite.name")}
          autoComplete="name"
          maxLength={200}
          {...form.getInputProps("name")}
        />
        {/* So that password managers store the address with the password. */}
        <input type="hidden" autoComplete="username" value={look.email} readOnly />
        <NewPassword personal={personal(form.values.name)} {...form.getInputProps("password")} />
        <Button type="submit" size="md" fullWidth loading={accept.isPending}>
          {t("door.invite.submit")}
        </Button>
      </form>
    </Door>
  );
}
