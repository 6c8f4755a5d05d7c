import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { User } from "@/api/types";
import type { Role } from "@/api/unions";
import { RoleBadge, roleName } from "@/features/session";
import { t } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { Facts } from "@/ui/Facts";
import { Refused } from "@/ui/Refused";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { said } from "@/ui/toast";
import { Ago, When } from "@/ui/When";
import { PersonActions } from "./PersonActions";
import { type Scope, user, userActions, useUserChange } from "./queries";
import { Switches } from "./Switches";
import { StatusBadge } from "./UserList";
import "./people.css";

interface Props {
  scope: Scope;
  id: string;
  onViewAs: (person: User) => void;
  onClose: () => void;
}

/** One person: what is known, and what the reader may do. */
export function PersonDialog({ scope, id, onViewAs, onClose }: Props) {
  const query = useQuery(user(scope, id));
  const [dirty, setDirty] = useState(false);
  return (
    <Dialog
      title={query.data?.name || query.data?.email || t("people.person")}
      size={560}
      dirty={dirty}
      onClose={onClose}
    >
      <Loaded query={query} skeleton={<RowsSkeleton rows={3} />}>
        {(person) => (
          <div className="person">
            <Facts
              facts={[
                [t("common.email"), person.email],
                [
                  t("people.role"),
                  <span key="role" className="cell-badges">
                    <RoleBadge role={person.role} />
                  </span>,
                ],
                person.tenant ? [t("people.business"), person.tenant.name] : null,
                [t("people.status"), <StatusBadge key="status" status={person.status} />],
                [t("people.factor"), t(person.mfa_enrolled ? "people.factorOn" : "people.factorOff")],
                [t("people.lastLogin"), <Ago key="login" at={person.last_login_at} />],
                [t("people.since"), <When key="since" at={person.created_at} />],
              ]}
            />
            <RoleChange scope={scope} person={person} />
            {scope === "people" && person.can.set_switches && (
              <Switches key={person.switches?.join()} scope={scope} person={person} onDirty={setDirty} />
            )}
            <PersonActions
              scope={scope}
              person={person}
              onViewAs={() => {
                onClose();
                onViewAs(person);
              }}
            />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function RoleChange({ scope, person }: { scope: Scope; person: User }) {
  const [role, setRole] = useState<string>(person.role);
  const change = useUserChange(userActions(scope, person.id).change);
  const others = (person.can.change_role ?? []).filter((one) => one !== person.role);
  if (others.length === 0) return null;
  return (
    <section>
      <h3>{t("people.changeRole")}</h3>
      {change.error && <Refused>{errorText(change.error)}</Refused>}
      <div className="person-line">
        <Select
          aria-label={t("people.role")}
          allowDeselect={false}
          data={[person.role, ...others].map((one) => ({ value: one, label: roleName(one) }))}
          value={role}
          onChange={(value) => {
            setRole(value ?? person.role);
          }}
        />
        <Button
          disabled={role === person.role}
          loading={change.isPending}
          onClick={() => {
            change.mutate(
              { role: role as Role },
              {
                onSuccess: (changed) => {
                  said(t("people.roleChanged", { name: person.name, role: roleName(changed.role) }));
                },
              },
            );
          }}
        >
          {t("people.saveRole")}
        </Button>
      </div>
      <p className="soft">{t("people.roleHint")}</p>
    </section>
  );
}
