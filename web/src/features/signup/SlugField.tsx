import { Button, Loader, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { slugShape } from "@/lib/slug";
import { slugState } from "./queries";

interface Props {
  value?: string;
  error?: ReactNode;
  onChange: (slug: string) => void;
}

/** The address of the business, with whether it is free said while it is typed. */
export function SlugField({ value = "", error, onChange }: Props) {
  const [settled] = useDebouncedValue(value, 300);
  const asked = slugShape(settled) ? settled : "";
  const query = useQuery(slugState(asked));
  const state = value === asked ? query.data : undefined;
  const refused = state && !state.available ? (state.problem ?? t("signup.taken")) : undefined;
  return (
    <div>
      <TextInput
        size="md"
        label={t("signup.address")}
        description={t("signup.addressHint", { host: `${value || "…"}.${window.location.host}` })}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        rightSection={
          query.isFetching ? (
            <Loader size={18} aria-label={t("signup.checking")} />
          ) : (
            state?.available && <IconCheck size={20} className="is-free" aria-hidden />
          )
        }
        value={value}
        error={error ?? refused}
        onChange={(event) => {
          onChange(event.currentTarget.value.toLowerCase().replaceAll(/\s+/g, "-"));
        }}
      />
      <p role="status" className="slug-state">
        {state?.available && t("signup.free")}
        {state?.suggestion && !state.available && (
          <Button
            variant="subtle"
            size="compact-md"
            onClick={() => {
              onChange(state.suggestion ?? "");
            }}
          >
            {t("signup.take", { slug: state.suggestion })}
          </Button>
        )}
      </p>
    </div>
  );
}
