import { TextInput, type TextInputProps } from "@mantine/core";

const DIGITS = 6;

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value?: string;
  onChange: (value: string) => void;
  /** Called with the last digit, so that nobody has to press a button. */
  onComplete?: (code: string) => void;
}

/** The six digits of an authenticator app. */
export function CodeInput({ value = "", onChange, onComplete, ...rest }: Props) {
  return (
    <TextInput
      size="md"
      inputMode="numeric"
      autoComplete="one-time-code"
      classNames={{ input: "code-input" }}
      value={value}
      onChange={(event) => {
        const code = event.currentTarget.value.replaceAll(/\D/g, "").slice(0, DIGITS);
        onChange(code);
        if (code.length === DIGITS && value.length < DIGITS) onComplete?.(code);
      }}
      {...rest}
    />
  );
}
