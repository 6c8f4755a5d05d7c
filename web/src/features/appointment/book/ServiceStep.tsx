import { IconChevronRight } from "@tabler/icons-react";
import type { PublicService } from "@/api/types";
import { t } from "@/i18n";
import { durationText } from "@/lib/format";
import { moneyText } from "@/lib/money";

interface Props {
  services: readonly PublicService[];
  onChoose: (service: PublicService) => void;
}

export function ServiceStep({ services, onChoose }: Props) {
  return (
    <section className="panel" aria-labelledby="service-title">
      <h2 id="service-title">{t("booking.service")}</h2>
      <ul className="services">
        {services.map((service) => (
          <li key={service.id}>
            <button
              type="button"
              className="service"
              onClick={() => {
                onChoose(service);
              }}
            >
              <span className="service-name">{service.name}</span>
              <span className="service-length tabular">{durationText(service.duration_minutes)}</span>
              <span className="service-price tabular">{priceText(service)}</span>
              <IconChevronRight size={20} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function priceText(service: PublicService): string {
  return service.price.amount === 0 ? t("booking.free") : moneyText(service.price);
}
