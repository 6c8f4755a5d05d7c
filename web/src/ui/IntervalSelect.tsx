import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { durationText } from "@/lib/format";

const INTERVALS = [5, 10, 15, 20, 30, 45, 60, 90, 120];
const INHERITED = "inherited";

interface Props {
  label: string;
  /** What to say of no interval of its own; without it there has to be one. */
  inherited?: string;
  value: number | null;
  onChange: (minutes: number | null) => void;
  error?: ReactNode;
}

/** How far apart starts are. An interval that is none of the usual ones is offered too, where it is in use. */
export function IntervalSelect({ label, inherited, value, onChange, error }: Props) {
  const minutes = [...new Set(value === null ? INTERVALS : [...INTERVALS, value])].sort((a, b) => a - b);
  const options = minutes.map((one) => ({ value: String(one), label: durationText(one) }));
  return (
    <Select
      label={label}
      data={inherited ? [{ value: INHERITED, label: inherited }, ...options] : options}
      allowDeselect={false}
      value={value === null ? INHERITED : String(value)}
      error={error}
      onChange={(chosen) => {
        onChange(chosen === INHERITED ? null : Number(chosen));
      }}
    />
  );
}
