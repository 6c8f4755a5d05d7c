import { useQuery } from "@tanstack/react-query";
import { IconEyeOff, IconScissors } from "@tabler/icons-react";
import { useState } from "react";
import type { Service } from "@/api/types";
import { resources } from "@/features/resource";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { markArchived } from "@/lib/archived";
import { durationText } from "@/lib/format";
import { moneyText } from "@/lib/money";
import { Badge } from "@/ui/Badge";
import { ListPage, Row } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { services } from "./queries";
import { ServiceDialog } from "./ServiceDialog";

export default function ServicesPage() {
  const mayWrite = useCan()("services.write");
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState<Service | "new" | null>(null);
  const people = useQuery(resources()).data ?? [];
  const active = useQuery(services());
  const all = useQuery({ ...services(true), enabled: shown });
  const add = {
    label: t("service.add"),
    onClick: () => {
      setOpen("new");
    },
  };
  const performers = ({ resource_ids }: Service) =>
    people
      .filter(({ id }) => resource_ids?.includes(id))
      .map(({ name }) => name)
      .join(", ") || t("service.nobody");

  return (
    <ListPage
      title={t("service.title")}
      add={mayWrite ? add : undefined}
      archived={{ shown, onChange: setShown }}
    >
      <Loaded query={active}>
        {(data) =>
          data.length === 0 && !shown ? (
            <Empty icon={IconScissors} title={t("service.empty")} hint={t("service.emptyHint")} />
          ) : (
            <ul className="list">
              {markArchived(data, shown ? all.data : undefined).map(([service, archived]) => (
                <Row
                  key={service.id}
                  icon={<IconScissors size={20} stroke={1.75} />}
                  title={
                    <>
                      {service.name}
                      {!service.public && (
                        <Badge>
                          <IconEyeOff size={12} aria-hidden /> {t("service.hidden")}
                        </Badge>
                      )}
                      {archived && <Badge>{t("common.archived")}</Badge>}
                    </>
                  }
                  text={`${durationText(service.duration_minutes)} · ${performers(service)}`}
                  end={service.price && moneyText(service.price)}
                  onOpen={
                    archived || !mayWrite
                      ? undefined
                      : () => {
                          setOpen(service);
                        }
                  }
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open && (
        <ServiceDialog
          service={open === "new" ? null : open}
          people={people}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </ListPage>
  );
}
