import { Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Customer } from "@/api/types";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { customerMatches } from "./queries";
import "./picker.css";

/** Someone known, or someone about to be: then the name is filled and there is no id. */
export interface Picked {
  id: string | null;
  name: string;
  email: string;
  phone: string;
}

interface Props {
  value: Picked | null;
  onChange: (value: Picked | null) => void;
  errors: (field: string) => string | undefined;
}

const NEW = "new";

/** Completes by name, e-mail or phone, and makes a new customer in place. */
export function CustomerPicker({ value, onChange, errors }: Props) {
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 150);
  const mayWrite = useCan()("customers.write");
  const matches = useQuery(customerMatches(q)).data ?? [];
  const known = value?.id && !matches.some(({ id }) => id === value.id) ? [value as Customer] : [];
  const options = [...known, ...matches].map((one) => ({ value: one.id, label: label(one) }));
  const create = mayWrite && q ? [{ value: NEW, label: t("customer.create", { name: q }) }] : [];

  if (value && value.id === null) {
    const field = (name: "name" | "email" | "phone") => ({
      label: t(`common.${name}`),
      value: value[name],
      error: errors(name),
      onChange: (event: { currentTarget: { value: string } }) => {
        onChange({ ...value, [name]: event.currentTarget.value });
      },
    });
    return (
      <fieldset className="new-customer">
        <legend>{t("customer.newTitle")}</legend>
        <TextInput {...field("name")} data-autofocus />
        <div className="pair">
          <TextInput type="email" {...field("email")} />
          <TextInput type="tel" {...field("phone")} />
        </div>
        <button
          type="button"
          className="link"
          onClick={() => {
            onChange(null);
          }}
        >
          {t("customer.pickKnown")}
        </button>
      </fieldset>
    );
  }
  return (
    <Select
      label={t("customer.pick")}
      placeholder={t("customer.nothing")}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={t("customer.none")}
      // The server has searched already, in more than the label.
      filter={({ options: all }) => all}
      data={[...options, ...create]}
      value={value?.id ?? null}
      error={errors("id")}
      onChange={(id) => {
        const found = [...known, ...matches].find((one) => one.id === id);
        if (id === NEW) onChange({ id: null, name: q, email: "", phone: "" });
        else onChange(found ? pickedOf(found) : null);
      }}
    />
  );
}

function pickedOf({ id, name, email, phone }: Customer): Picked {
  return { id, name, email: email ?? "", phone: phone ?? "" };
}

function label({ name, email, phone }: Pick<Customer, "name" | "email" | "phone">): string {
  const more = email ?? phone;
  return more ? `${name} · ${more}` : name;
}
