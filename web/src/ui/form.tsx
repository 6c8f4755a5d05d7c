import type { UseFormReturnType } from "@mantine/form";
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { errorText } from "./errorText";

/** Puts a refusal where it belongs: at its fields, and above the form when it has none. */
export function useRefusal<V extends Record<string, unknown>>(form: UseFormReturnType<V>) {
  const [general, setGeneral] = useState<string | null>(null);
  const refused = (error: unknown) => {
    const fields = isApiError(error) ? error.byField() : {};
    const known = Object.entries(fields).filter(([name]) => (name.split(".")[0] ?? "") in form.getValues());
    form.setErrors(Object.fromEntries(known));
    const elsewhere = Object.values(fields).length - known.length;
    setGeneral(known.length > 0 && elsewhere === 0 ? null : errorText(error));
    focusFirstError();
  };
  const note = general && (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
      {general}
    </Alert>
  );
  const clear = () => {
    setGeneral(null);
  };
  return { refused, note, clear };
}

/** After the errors are on the screen, the first of them has the focus. */
export function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
}

export const required = (value: string | null) => (value?.trim() ? null : t("common.error.required"));

/** A reason that others will read. */
export function reasonShape(value: string): string | null {
  const length = Array.from(value.trim()).length;
  return length >= 10 && length <= 500 ? null : t("common.reasonShape");
}
