import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { t } from "@/i18n";

export interface Found {
  id: string;
  label: string;
}

interface Props extends Omit<SelectProps, "value" | "onChange" | "data" | "searchable"> {
  queryKey: readonly unknown[];
  find: (query: string, signal: AbortSignal) => Promise<Found[]>;
  value?: string | null;
  onChange: (id: string) => void;
}

/** Completes from what the server finds. */
export function SearchSelect({ queryKey, find, value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState<Found | null>(null);
  const [query] = useDebouncedValue(typed === picked?.label ? "" : typed.trim(), 200);
  const found = useQuery({
    queryKey: [...queryKey, "find", query],
    queryFn: ({ signal }) => find(query, signal),
    placeholderData: (before) => before,
  });
  const options = found.data ?? [];
  const all = picked && !options.some(({ id }) => id === picked.id) ? [picked, ...options] : options;
  return (
    <Select
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={found.isPending ? t("common.loading") : t("common.nothingFound")}
      // The server has searched already, in more than the label.
      filter={({ options: shown }) => shown}
      data={all.map(({ id, label }) => ({ value: id, label }))}
      value={value || null}
      onChange={(id) => {
        setPicked(all.find((one) => one.id === id) ?? null);
        onChange(id ?? "");
      }}
      {...rest}
    />
  );
}
