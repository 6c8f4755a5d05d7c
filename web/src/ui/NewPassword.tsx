import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useId } from "react";
import { t } from "@/i18n";
import { LONG, passwordRules, type Rule } from "@/lib/password";

interface Props extends Omit<PasswordInputProps, "value" | "onChange"> {
  value?: string;
  onChange: (value: string) => void;
  least?: number;
  personal: readonly string[];
}

const RULES: Rule[] = ["length", "personal", "sequence"];

/** A password being chosen, with what makes it a good one said while it is typed. */
export function NewPassword({ value = "", onChange, least = LONG, personal, ...rest }: Props) {
  const id = useId();
  const kept = passwordRules(value, { least, personal });
  return (
    <div>
      <PasswordInput
        size="md"
        label={t("door.newPassword")}
        autoComplete="new-password"
        aria-describedby={id}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
        {...rest}
      />
      <ul id={id} className="rules">
        {RULES.map((rule) => (
          <li key={rule} data-kept={kept[rule]}>
            {kept[rule] ? <IconCheck size={16} aria-hidden /> : <IconCircle size={16} aria-hidden />}
            {t(`door.rules.${rule}`, { count: least })}
            {kept[rule] && <span className="visually-hidden">{t("door.rules.kept")}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first rule that a password breaks, as a sentence for its field. */
export function brokenRule(value: string, least: number, personal: readonly string[]): string | null {
  const kept = passwordRules(value, { least, personal });
  const broken = RULES.find((rule) => !kept[rule]);
  return broken ? t(`door.rules.${broken}`, { count: least }) : null;
}
