import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Business, PublicBooking, PublicService } from "@/api/types";
import { t } from "@/i18n";
import { durationText, whenText } from "@/lib/format";
import { wallClock } from "@/lib/zone";
import { Confirmation } from "./Confirmation";
import { type Contact, DetailsStep } from "./DetailsStep";
import { Problem } from "./Problem";
import { business, publicServices, useBook } from "./queries";
import { priceText, ServiceStep } from "./ServiceStep";
import { Shell } from "./Shell";
import { type Line, Summary } from "./Summary";
import { TimeStep } from "./TimeStep";
import { useChoice } from "./useChoice";
import { WhoStep } from "./WhoStep";

export function BookPage() {
  const about = useQuery(business);
  const services = useQuery(publicServices);
  const failed = about.error ?? services.error;

  useEffect(() => {
    if (about.data) document.title = t("booking.at", { name: about.data.name });
  }, [about.data]);

  return (
    <Shell name={about.data?.name} demo={about.data?.is_demo}>
      {failed && (
        <Problem
          error={failed}
          onRetry={() => {
            void about.refetch();
            void services.refetch();
          }}
        />
      )}
      {!failed && (!about.data || !services.data) && <FirstSkeleton />}
      {about.data && services.data && <Flow business={about.data} services={services.data} />}
    </Shell>
  );
}

function Flow({ business, services }: { business: Business; services: PublicService[] }) {
  const choice = useChoice(business, services);
  const [contact, setContact] = useState<Contact>({ name: "", email: "", phone: "" });
  const [booked, setBooked] = useState<PublicBooking | null>(null);
  const book = useBook();
  const { service, location, start } = choice;
  const person = service?.resources?.find(({ id }) => id === choice.staffId);

  useEffect(() => {
    if (choice.details || booked) window.scrollTo({ top: 0 });
  }, [choice.details, booked]);

  if (booked) {
    return (
      <Confirmation
        email={contact.email}
        requested={booked.status === "PENDING"}
        lines={bookedLines(booked, choice.locations.length > 0 ? location?.name : undefined)}
        onAgain={() => {
          setBooked(null);
          book.reset();
          choice.set({ service: null, staff: null, date: null, start: null, step: null }, "push");
        }}
      />
    );
  }
  if (services.length === 0 || !location) {
    return (
      <section className="panel hint">
        <p>{t("booking.noServices")}</p>
        <p className="soft">{t("booking.noServicesHint", { name: business.name })}</p>
      </section>
    );
  }
  if (!service) {
    return (
      <ServiceStep
        services={services}
        onChoose={({ id }) => {
          choice.set({ service: id, staff: null, date: null, start: null, step: null }, "push");
        }}
      />
    );
  }

  const chosen = (
    <div className="panel chosen">
      <div>
        <p className="service-name">{service.name}</p>
        <p className="soft tabular">
          {durationText(service.duration_minutes)} · {priceText(service)}
        </p>
      </div>
      {services.length > 1 && (
        <button
          type="button"
          className="button quiet"
          aria-label={`${t("common.change")}: ${t("booking.yourService")}`}
          onClick={() => {
            choice.set({ service: null, staff: null, step: null }, "push");
          }}
        >
          {t("common.change")}
        </button>
      )}
    </div>
  );

  if (!choice.details || !start) {
    return (
      <>
        {chosen}
        <WhoStep choice={choice} service={service} />
        <TimeStep
          key={`${service.id}/${choice.staffId}/${location.id}`}
          choice={choice}
          service={service}
          location={location}
        />
      </>
    );
  }

  const lines: Line[] = [
    [t("booking.yourService"), service.name],
    [t("booking.when"), whenText(start, location.time_zone)],
    [t("booking.who"), person?.name ?? t("common.anyone")],
    ...(choice.locations.length > 0 ? [[t("booking.where"), location.name] as Line] : []),
    [t("booking.price"), priceText(service)],
  ];
  return (
    <div className="finish">
      <Summary lines={lines} />
      <DetailsStep
        contact={contact}
        onContact={setContact}
        start={start}
        zone={location.time_zone}
        book={book}
        intent={(at) => ({
          service_id: service.id,
          start: at,
          location_id: location.id,
          resource_id: person?.id ?? null,
          customer: {
            name: contact.name.trim(),
            email: contact.email.trim(),
            ...(contact.phone.trim() ? { phone: contact.phone.trim() } : {}),
          },
        })}
        onBooked={(done) => {
          setBooked(done);
          choice.set({ start: null, step: null });
        }}
        onStart={(next) => {
          choice.set({
            start: next.start,
            date: wallClock(Date.parse(next.start), location.time_zone).date,
          });
        }}
        onBack={() => {
          book.reset();
          choice.set({ step: null }, "push");
        }}
      />
    </div>
  );
}

function bookedLines(booked: PublicBooking, where: string | undefined): Line[] {
  return [
    [t("booking.yourService"), booked.service_name],
    [t("booking.when"), whenText(booked.start, booked.time_zone)],
    [t("booking.who"), booked.resource_name],
    ...(where ? [[t("booking.where"), where] as Line] : []),
  ];
}

function FirstSkeleton() {
  return (
    <div className="panel" role="status" aria-label={t("common.loading")}>
      <span className="skeleton" style={{ width: "60%", height: 24 }} />
      {[1, 2, 3, 4].map((row) => (
        <span key={row} className="skeleton" style={{ height: 60, marginTop: 12 }} />
      ))}
    </div>
  );
}
