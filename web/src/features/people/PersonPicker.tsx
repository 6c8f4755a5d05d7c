import type { SelectProps } from "@mantine/core";
import { roleName } from "@/features/session";
import { SearchSelect } from "@/ui/SearchSelect";
import { findUsers, type Scope } from "./queries";

interface Props extends Omit<SelectProps, "value" | "onChange" | "data"> {
  scope: Scope;
  /** Only people of these roles. */
  roles?: readonly string[] | undefined;
  tenantId?: string;
  value?: string | null;
  onChange: (id: string) => void;
}

/** Somebody active, found by name or address. */
export function PersonPicker({ scope, roles, tenantId, ...rest }: Props) {
  return (
    <SearchSelect
      queryKey={["users", scope, { roles, tenantId }]}
      find={async (query, signal) => {
        const filters = {
          status: "ACTIVE",
          ...(query ? { query } : {}),
          ...(tenantId ? { tenant_id: tenantId } : {}),
          ...(roles?.length === 1 ? { role: roles[0] } : {}),
        };
        const found = await findUsers(scope, filters, signal);
        return found
          .filter(({ role }) => !roles || roles.includes(role))
          .map(({ id, name, email, role }) => ({ id, label: `${name || email} · ${roleName(role)}` }));
      }}
      {...rest}
    />
  );
}
