import { useSearchParams } from "react-router";

export interface Filters<K extends string> {
  values: Partial<Record<K, string>>;
  set: (changes: Partial<Record<K, string | null>>) => void;
  clear: () => void;
  active: boolean;
}

/** A list's filters, kept in the address: they survive a reload and can be sent to somebody. */
export function useFilters<K extends string>(...names: K[]): Filters<K> {
  const [search, setSearch] = useSearchParams();
  const values: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = search.get(name);
    if (value) values[name] = value;
  }
  const set = (changes: Partial<Record<K, string | null>>) => {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | null | undefined>(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  };
  const clear = () => {
    set(Object.fromEntries(names.map((name) => [name, null])) as Partial<Record<K, null>>);
  };
  return { values, set, clear, active: Object.keys(values).length > 0 };
}
