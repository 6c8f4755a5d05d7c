import { type FormEvent, useEffect, useRef, useState } from "react";
import { isApiError } from "@/api/error";
import type { PublicBooking, PublicBookingInput } from "@/api/types";
import { t } from "@/i18n";
import type { Slot } from "@/lib/slots";
import { Alternatives } from "./Alternatives";
import { Field } from "./Field";
import { Problem } from "./Problem";
import type { useBook } from "./queries";

export interface Contact {
  name: string;
  email: string;
  phone: string;
}

interface Props {
  contact: Contact;
  onContact: (contact: Contact) => void;
  start: string;
  zone: string;
  intent: (start: string) => PublicBookingInput;
  book: ReturnType<typeof useBook>;
  onBooked: (booked: PublicBooking) => void;
  onStart: (slot: Slot) => void;
  onBack: () => void;
}

type Errors = Partial<Record<keyof Contact, string>>;

export function DetailsStep(props: Props) {
  const { contact, onContact, start, zone, intent, book, onBooked, onStart, onBack } = props;
  const [own, setOwn] = useState<Errors>({});
  const title = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const refused = isApiError(book.error) ? book.error : null;
  const errors: Errors = { ...serverErrors(refused?.byField() ?? {}), ...own };
  const taken = refused?.code === "slot_unavailable" ? refused : null;
  const elsewhere = book.error && !taken && Object.keys(errors).length === 0;

  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    if (book.isError) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [book.isError]);

  const send = (at: string) => {
    const missing = check(contact);
    setOwn(missing);
    const first = Object.keys(missing)[0];
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
    if (!book.isPending) book.mutate(intent(at), { onSuccess: onBooked });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(start);
  };
  const field = (name: keyof Contact) => ({
    name,
    value: contact[name],
    error: errors[name],
    onChange: (value: string) => {
      onContact({ ...contact, [name]: value });
      setOwn({ ...own, [name]: undefined });
    },
  });

  return (
    <section className="panel" aria-labelledby="details-title">
      <h2 id="details-title" tabIndex={-1} ref={title}>
        {t("booking.details")}
      </h2>
      <p className="soft">{t("booking.detailsHint")}</p>
      {taken && (
        <Alternatives
          slots={taken.alternatives}
          zone={zone}
          busy={book.isPending}
          onPick={(slot) => {
            onStart(slot);
            send(slot.start);
          }}
          onOther={onBack}
        />
      )}
      <form noValidate onSubmit={submit} ref={form}>
        <Field label={t("common.name")} autoComplete="name" {...field("name")} />
        <Field label={t("common.email")} type="email" autoComplete="email" {...field("email")} />
        <Field
          label={t("common.phone")}
          type="tel"
          autoComplete="tel"
          hint={t("booking.phoneHint")}
          optional
          {...field("phone")}
        />
        {elsewhere && <Problem error={book.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onBack}>
            {t("booking.backToTimes")}
          </button>
          {!taken && (
            <button type="submit" className="button primary" aria-disabled={book.isPending}>
              {book.isPending ? t("booking.booking") : t("booking.book")}
            </button>
          )}
        </div>
      </form>
    </section>
  );
}

function check({ name, email }: Contact): Errors {
  const errors: Errors = {};
  if (!name.trim()) errors.name = t("common.error.required");
  if (!email.trim()) errors.email = t("common.error.required");
  else if (!/^\S+@\S+$/.test(email.trim())) errors.email = t("common.error.emailShape");
  return errors;
}

function serverErrors(fields: Record<string, string>): Errors {
  const errors: Errors = {};
  for (const name of ["name", "email", "phone"] as const) {
    const message = fields[`customer.${name}`];
    if (message) errors[name] = message;
  }
  return errors;
}
