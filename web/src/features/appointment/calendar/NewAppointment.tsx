import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, isApiError } from "@/api/error";
import type { Location, Resource } from "@/api/types";
import { CustomerPicker, type Picked, useSaveCustomer } from "@/features/customer";
import { resources } from "@/features/resource";
import { useOwnCalendars } from "@/features/session";
import { services } from "@/features/service";
import { t } from "@/i18n";
import { durationText, whenText } from "@/lib/format";
import { moneyText } from "@/lib/money";
import type { LocalDate } from "@/lib/zone";
import { Dialog, DialogFooter } from "@/ui/Dialog";
import { errorText } from "@/ui/errorText";
import { focusFirstError } from "@/ui/form";
import { said } from "@/ui/toast";
import { useCreateAppointment } from "../queries";
import { NearestTimes } from "./NearestTimes";
import { startOf, type When, WhenFields, whenOf, whenOfSlot } from "./WhenFields";

interface Props {
  location: Location;
  date: LocalDate;
  resource: Resource | null;
  start: number | null;
  onClose: () => void;
}

type Errors = Partial<
  Record<"service" | "customer" | "name" | "email" | "phone" | "start" | "resource", string>
>;

export function NewAppointment({ location, date, resource, start, onClose }: Props) {
  const zone = location.time_zone;
  const own = useOwnCalendars();
  const known = useQuery(resources()).data ?? [];
  const everyone = own(known).filter(({ location_id }) => location_id === location.id);
  const offered = (useQuery(services()).data ?? []).filter((service) =>
    everyone.some(({ id }) => service.resource_ids?.includes(id) && (!resource || resource.id === id)),
  );
  const [serviceId, setServiceId] = useState<string | null>(null);
  const [who, setWho] = useState<Picked | null>(null);
  const [typed, setWhen] = useState<When>(
    start === null
      ? { resourceId: resource?.id ?? null, date, time: "" }
      : whenOf(start, zone, resource?.id ?? null),
  );
  // Where there is one calendar only, it is the one.
  const only = everyone.length === 1 ? (everyone[0]?.id ?? null) : null;
  const when = { ...typed, resourceId: typed.resourceId ?? only };
  const [errors, setErrors] = useState<Errors>({});
  const [general, setGeneral] = useState<unknown>(null);
  const create = useCreateAppointment();
  const saveCustomer = useSaveCustomer();
  const chosen = serviceId ?? (offered.length === 1 ? (offered[0]?.id ?? null) : null);
  const people = everyone.filter(({ id }) => {
    const service = offered.find((one) => one.id === chosen);
    return !service || service.resource_ids?.includes(id);
  });
  const taken = isApiError(general, "slot_unavailable") ? general : null;

  const send = async (at: When) => {
    const asked = startOf(at, zone);
    const missing = check(chosen, who, "error" in asked ? asked.error : undefined);
    setErrors(missing);
    setGeneral(null);
    if (Object.keys(missing).length > 0 || !chosen || !who || !("start" in asked)) return focusFirstError();
    try {
      const customerId = who.id ?? (await saveCustomer.mutateAsync(newCustomer(who))).id;
      // From here on the customer exists; another try must not make a second one.
      setWho({ ...who, id: customerId });
      const made = await create.mutateAsync({
        service_id: chosen,
        customer_id: customerId,
        start: asked.start,
        location_id: location.id,
        ...(at.resourceId ? { resource_ids: [at.resourceId] } : {}),
      });
      said(t("appointment.booked", { what: `${made.customer_name}, ${whenText(made.start, zone)}` }));
      onClose();
    } catch (error) {
      const known = serverErrors(error);
      setErrors(known);
      if (Object.keys(known).length === 0) setGeneral(error);
      focusFirstError();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(when);
  };

  return (
    <Dialog title={t("appointment.new")} size={560} dirty={who !== null} onClose={onClose}>
      <form className="form" noValidate onSubmit={submit}>
        {taken && (
          <NearestTimes
            refusal={taken}
            zone={zone}
            onPick={(slot) => {
              const next = whenOfSlot(slot, zone, when.resourceId);
              setWhen(next);
              void send(next);
            }}
          />
        )}
        {Boolean(general) && !taken && (
          <p className="form-error" role="alert">
            {errorText(general)}
          </p>
        )}
        <Select
          label={t("appointment.service")}
          data-autofocus
          searchable={offered.length > 8}
          allowDeselect={false}
          data={offered.map(({ id, name, duration_minutes, price }) => ({
            value: id,
            label: [name, durationText(duration_minutes), ...(price ? [moneyText(price)] : [])].join(" · "),
          }))}
          value={chosen}
          error={errors.service}
          onChange={setServiceId}
        />
        <CustomerPicker
          value={who}
          onChange={setWho}
          errors={(field) => (field === "id" ? errors.customer : errors[field as keyof Errors])}
        />
        <WhenFields
          value={when}
          onChange={setWhen}
          serviceId={chosen}
          location={location}
          people={people}
          anyone={only === null}
          errors={{ start: errors.start, resource: errors.resource }}
        />
        <DialogFooter
          saving={create.isPending || saveCustomer.isPending}
          label={t("appointment.book")}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

function newCustomer({ name, email, phone }: Picked) {
  return {
    name: name.trim(),
    ...(email.trim() ? { email: email.trim() } : {}),
    ...(phone.trim() ? { phone: phone.trim() } : {}),
  };
}

function check(service: string | null, who: Picked | null, start: string | undefined): Errors {
  const empty = t("common.error.required");
  return {
    ...(service ? {} : { service: empty }),
    ...(who ? {} : { customer: empty }),
    ...(who && !who.name.trim() ? { name: empty } : {}),
    ...(start ? { start } : {}),
  };
}

function serverErrors(error: unknown): Errors {
  if (!(error instanceof ApiError)) return {};
  const fields = error.byField();
  const at = (name: string) => fields[name] ?? fields[`${name}.0`];
  const found = {
    service: at("service_id"),
    customer: at("customer_id"),
    start: at("start"),
    resource: at("resource_ids"),
    name: at("name"),
    email: at("email"),
    phone: at("phone"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, message]) => message !== undefined));
}
