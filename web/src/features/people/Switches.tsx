import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { User } from "@/api/types";
import { t } from "@/i18n";
import { errorText } from "@/ui/errorText";
import { Refused } from "@/ui/Refused";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { said } from "@/ui/toast";
import { type Scope, switchInfos, userActions, useUserChange } from "./queries";

interface Props {
  scope: Scope;
  person: User;
  onDirty: (dirty: boolean) => void;
}

/** What this one member of staff may do beyond the role. */
export function Switches({ scope, person, onDirty }: Props) {
  const infos = useQuery(switchInfos);
  const held = person.switches ?? [];
  const [on, setOn] = useState<ReadonlySet<string>>(() => new Set(held));
  const change = useUserChange(userActions(scope, person.id).change);
  const dirty = on.size !== held.length || held.some((one) => !on.has(one));
  const turn = (permission: string, value: boolean) => {
    const next = new Set(on);
    if (value) next.add(permission);
    else next.delete(permission);
    setOn(next);
    onDirty(true);
  };
  return (
    <section>
      <h3>{t("people.switches")}</h3>
      <Loaded query={infos} skeleton={<RowsSkeleton rows={3} height={44} />}>
        {(all) => (
          <>
            {change.error && <Refused>{errorText(change.error)}</Refused>}
            <div className="switches">
              {all.map(({ permission, label, description }) => (
                <Switch
                  key={permission}
                  label={label}
                  description={description}
                  checked={on.has(permission)}
                  onChange={(event) => {
                    turn(permission, event.currentTarget.checked);
                  }}
                />
              ))}
            </div>
            <Button
              disabled={!dirty}
              loading={change.isPending}
              onClick={() => {
                change.mutate(
                  { switches: [...on] },
                  {
                    onSuccess: () => {
                      onDirty(false);
                      said(t("common.saved"));
                    },
                  },
                );
              }}
            >
              {t("people.saveSwitches")}
            </Button>
          </>
        )}
      </Loaded>
    </section>
  );
}
