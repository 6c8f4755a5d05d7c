import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFilterOff, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { t } from "@/i18n";
import "./table.css";

interface BarProps {
  active: boolean;
  onClear: () => void;
  children: ReactNode;
}

export function FilterBar({ active, onClear, children }: BarProps) {
  return (
    <div className="filters" role="search">
      {children}
      {active && (
        <Button variant="subtle" leftSection={<IconFilterOff size={18} />} onClick={onClear}>
          {t("common.clearFilters")}
        </Button>
      )}
    </div>
  );
}

interface SearchProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | null) => void;
}

/** Tells its words when somebody pauses typing; follows the address when that changes by itself. */
export function SearchField({ label, value = "", onChange }: SearchProps) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  const tell = useDebouncedCallback((text: string) => {
    setTold(text);
    onChange(text || null);
  }, 250);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={18} aria-hidden />}
      rightSection={
        typed && (
          <CloseButton
            aria-label={t("common.clearSearch")}
            onClick={() => {
              setTyped("");
              tell.cancel();
              setTold("");
              onChange(null);
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string | null) => void;
}

/** One of a few, or all. */
export function FilterChoice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      clearable
      clearButtonProps={{ "aria-label": t("common.clearFilters") }}
      data={options.map(([option, text]) => ({ value: option, label: text }))}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
