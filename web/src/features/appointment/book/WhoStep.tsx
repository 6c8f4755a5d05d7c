import { IconUser, IconUsers } from "@tabler/icons-react";
import type { PublicService } from "@/api/types";
import { t } from "@/i18n";
import type { Choice } from "./useChoice";

/** The service that was chosen, with a way back, then where and with whom. */
export function WhoStep({ choice, service }: { choice: Choice; service: PublicService }) {
  const people = (service.resources ?? []).filter((one) => one.location_id === choice.location?.id);
  return (
    <>
      {choice.locations.length > 0 && (
        <Chips
          legend={t("booking.location")}
          name="location"
          options={choice.locations.map(({ id, name }) => ({ value: id, label: name }))}
          value={choice.location?.id ?? ""}
          onChange={(location) => {
            choice.set({ location, staff: null, date: null, start: null });
          }}
        />
      )}
      {people.length > 1 && (
        <Chips
          legend={t("booking.person")}
          name="staff"
          options={[
            { value: "", label: t("common.anyone") },
            ...people.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={choice.staffId ?? ""}
          onChange={(staff) => {
            choice.set({ staff: staff || null, start: null });
          }}
        />
      )}
    </>
  );
}

interface ChipsProps {
  legend: string;
  name: string;
  options: { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

function Chips({ legend, name, options, value, onChange }: ChipsProps) {
  const Icon = (option: string) => (option === "" ? IconUsers : IconUser);
  return (
    <fieldset className="panel chips">
      <legend>{legend}</legend>
      <div className="chip-row">
        {options.map((option) => {
          const OptionIcon = Icon(option.value);
          return (
            <label key={option.value} className="chip">
              <input
                type="radio"
                name={name}
                value={option.value}
                checked={option.value === value}
                onChange={() => {
                  onChange(option.value);
                }}
              />
              <span>
                {name === "staff" && <OptionIcon size={18} aria-hidden />}
                {option.label}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
