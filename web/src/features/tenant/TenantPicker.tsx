import type { SelectProps } from "@mantine/core";
import { SearchSelect } from "@/ui/SearchSelect";
import { findTenants } from "./queries";

interface Props extends Omit<SelectProps, "value" | "onChange" | "data"> {
  value?: string | null;
  onChange: (id: string) => void;
}

/** A business, found by name or address. */
export function TenantPicker(props: Props) {
  return (
    <SearchSelect
      queryKey={["tenants"]}
      find={async (query, signal) =>
        (await findTenants(query, signal)).map(({ id, name, slug }) => ({ id, label: `${name} · ${slug}` }))
      }
      {...props}
    />
  );
}
