import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { clockText, parseSpokenTime } from "@/lib/format";

interface Props extends Omit<TextInputProps, "value" | "onChange" | "type"> {
  /** "09:30", or whatever was typed while that is no time. */
  value?: string;
  onChange: (value: string) => void;
}

/** A time of day in 24 hours, whatever the browser's language; "9", "930" and "2pm" will do. */
export function TimeField({ value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed === null) return;
    const minutes = parseSpokenTime(typed);
    onChange(minutes === null ? typed : clockText(minutes));
    setTyped(null);
  };
  return (
    <TextInput
      {...rest}
      className="time-field"
      placeholder="00:00"
      autoComplete="off"
      value={typed ?? value ?? ""}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
      }}
      onFocus={(event) => {
        event.currentTarget.select();
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}
