import { IconAlertCircle } from "@tabler/icons-react";
import { useId } from "react";
import { t } from "@/i18n";

interface Props {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  hint?: string;
  type?: string;
  autoComplete?: string;
  optional?: boolean;
}

export function Field({ label, name, value, onChange, error, hint, type, autoComplete, optional }: Props) {
  const id = useId();
  const about = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {optional && <span className="soft">({t("common.optional")})</span>}
      </label>
      <input
        id={id}
        name={name}
        type={type ?? "text"}
        value={value}
        autoComplete={autoComplete}
        required={!optional}
        aria-invalid={error ? true : undefined}
        aria-describedby={about}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      {hint && !error && (
        <p id={`${id}-hint`} className="soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          <IconAlertCircle size={16} aria-hidden /> {error}
        </p>
      )}
    </div>
  );
}
