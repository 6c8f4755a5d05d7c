import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { colleagues } from "@/features/people";
import { t } from "@/i18n";

interface Props {
  value?: string | null;
  error?: ReactNode;
  onChange: (id: string | null) => void;
}

/** Which person's own calendar this is. */
export function LoginField(props: Props) {
  const people = useQuery(colleagues).data ?? [];
  return (
    <Select
      label={t("resource.login")}
      description={t("resource.loginHint")}
      placeholder={t("resource.noLogin")}
      clearable
      searchable
      clearButtonProps={{ "aria-label": t("resource.noLogin") }}
      data={people.map(({ id, name, email }) => ({ value: id, label: name ? `${name} · ${email}` : email }))}
      {...props}
    />
  );
}
