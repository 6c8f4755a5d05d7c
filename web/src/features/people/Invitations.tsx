import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconMail } from "@tabler/icons-react";
import type { Invitation } from "@/api/types";
import type { Role } from "@/api/unions";
import { RoleBadge, roleName, useMe } from "@/features/session";
import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/Badge";
import { DataTable } from "@/ui/DataTable";
import { ask, Dialog, DialogFooter } from "@/ui/Dialog";
import { focusFirstError, required, useRefusal } from "@/ui/form";
import { Pages } from "@/ui/Pages";
import { Empty } from "@/ui/States";
import { complained, said } from "@/ui/toast";
import { Ago, When } from "@/ui/When";
import { invitationPages, type Scope, useInvite, useResend, useRevoke } from "./queries";
import { invitable } from "./roles";

const STATUS: Record<Invitation["status"], Tone> = {
  PENDING: "amber",
  ACCEPTED: "green",
  EXPIRED: "grey",
  REVOKED: "grey",
};

/** Who was asked to join and has not answered, and who has. */
export function Invitations({ scope, onInvite }: { scope: Scope; onInvite: (() => void) | undefined }) {
  const query = useInfiniteQuery(invitationPages(scope, undefined));
  const invite = onInvite && <Button onClick={onInvite}>{t("people.invite")}</Button>;
  return (
    <Pages
      query={query}
      empty={
        <Empty
          icon={IconMail}
          title={t("people.noInvitations")}
          hint={t("people.noInvitationsHint")}
          action={invite}
        />
      }
    >
      {(rows) => (
        <DataTable
          label={t("people.invitations")}
          rows={rows}
          idOf={({ id }) => id}
          nameOf={({ email }) => email}
          columns={[
            {
              label: t("common.email"),
              cell: ({ email }) => <span className="cell-name cell-email">{email}</span>,
            },
            { label: t("people.role"), cell: ({ role }) => <RoleBadge role={role} /> },
            {
              label: t("people.status"),
              cell: ({ status }) => <Badge tone={STATUS[status]}>{t(`people.invitation.${status}`)}</Badge>,
            },
            { label: t("people.invitedBy"), cell: ({ invited_by }) => invited_by.name, minor: true },
            { label: t("people.invitedAt"), cell: ({ created_at }) => <Ago at={created_at} />, minor: true },
            { label: t("people.until"), cell: ({ expires_at }) => <When at={expires_at} /> },
          ]}
          actions={(row) => <Buttons scope={scope} row={row} />}
        />
      )}
    </Pages>
  );
}

function Buttons({ scope, row }: { scope: Scope; row: Invitation }) {
  const resend = useResend(scope);
  const revoke = useRevoke(scope);
  if (row.status !== "PENDING" && row.status !== "EXPIRED") return null;
  return (
    <span className="button-row">
      <Button
        variant="default"
        size="compact-md"
        loading={resend.isPending}
        aria-label={t("people.resendTo", { email: row.email })}
        onClick={() => {
          resend.mutate(row.id, {
            onSuccess: () => {
              said(t("people.invited", { email: row.email }));
            },
            onError: complained,
          });
        }}
      >
        {t("people.resend")}
      </Button>
      {row.status === "PENDING" && (
        <Button
          variant="subtle"
          color="red"
          className="danger"
          size="compact-md"
          loading={revoke.isPending}
          aria-label={t("people.revokeOf", { email: row.email })}
          onClick={() => {
            ask({
              title: t("people.revokeOf", { email: row.email }),
              text: t("people.revokeText"),
              confirm: t("people.revoke"),
              onConfirm: () => {
                revoke.mutate(row.id, { onError: complained });
              },
            });
          }}
        >
          {t("people.revoke")}
        </Button>
      )}
    </span>
  );
}

export function InviteDialog({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const invite = useInvite(scope);
  const roles = invitable(scope, useMe()?.user.role);
  const form = useForm({
    initialValues: { email: "", role: roles[0] ?? "" },
    validate: { email: required, role: required },
  });
  const { refused, note, clear } = useRefusal(form);
  const { role } = form.values;
  return (
    <Dialog title={t("people.invite")} dirty={form.isDirty()} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit((values) => {
          clear();
          const email = values.email.trim();
          invite.mutate(
            { email, role: values.role as Role },
            {
              onSuccess: () => {
                said(t("people.invited", { email }));
                onClose();
              },
              onError: refused,
            },
          );
        }, focusFirstError)}
      >
        {note}
        <TextInput label={t("common.email")} type="email" data-autofocus {...form.getInputProps("email")} />
        <Select
          label={t("people.role")}
          description={role && t(`people.roleMeans.${role as Role}`)}
          allowDeselect={false}
          data={roles.map((one) => ({ value: one, label: roleName(one) }))}
          {...form.getInputProps("role")}
        />
        <p className="soft">{t("people.inviteHint")}</p>
        <DialogFooter saving={invite.isPending} label={t("people.sendInvitation")} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
