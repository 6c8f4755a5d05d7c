import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArmchair, IconBeach } from "@tabler/icons-react";
import { useState } from "react";
import type { Location, Resource } from "@/api/types";
import { BlocksDialog } from "@/features/block";
import { locations } from "@/features/location";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { markArchived } from "@/lib/archived";
import { hoursSummary } from "@/lib/hours";
import { Badge } from "@/ui/Badge";
import { ListPage, Row } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { KindIcon } from "./kinds";
import { resources } from "./queries";
import { ResourceDialog } from "./ResourceDialog";

export default function ResourcesPage() {
  const can = useCan();
  const mayWrite = can("resources.write");
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState<Resource | "new" | null>(null);
  const [timeOff, setTimeOff] = useState<Resource | null>(null);
  const places = useQuery(locations()).data ?? [];
  const active = useQuery(resources());
  const all = useQuery({ ...resources(true), enabled: shown });
  const placeOf = (resource: Resource) => places.find(({ id }) => id === resource.location_id);
  const add = {
    label: t("resource.add"),
    onClick: () => {
      setOpen("new");
    },
  };

  return (
    <ListPage
      title={t("resource.title")}
      add={mayWrite ? add : undefined}
      archived={{ shown, onChange: setShown }}
    >
      <Loaded query={active}>
        {(data) =>
          data.length === 0 && !shown ? (
            <Empty icon={IconArmchair} title={t("resource.empty")} hint={t("resource.emptyHint")} />
          ) : (
            <ul className="list">
              {markArchived(data, shown ? all.data : undefined).map(([resource, archived]) => (
                <Row
                  key={resource.id}
                  icon={<KindIcon kind={resource.kind} />}
                  title={
                    <>
                      {resource.name} {archived && <Badge>{t("common.archived")}</Badge>}
                    </>
                  }
                  text={describe(resource, placeOf(resource), places.length > 1)}
                  onOpen={
                    archived || !mayWrite
                      ? undefined
                      : () => {
                          setOpen(resource);
                        }
                  }
                  side={
                    !archived &&
                    can("blocks.write") && (
                      <Button
                        variant="default"
                        size="xs"
                        leftSection={<IconBeach size={16} />}
                        onClick={() => {
                          setTimeOff(resource);
                        }}
                      >
                        {t("resource.timeOff")}
                      </Button>
                    )
                  }
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open && (
        <ResourceDialog
          resource={open === "new" ? null : open}
          places={places}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
      {timeOff && (
        <BlocksDialog
          title={t("resource.block.timeOffOf", { name: timeOff.name })}
          owner={{ resource_id: timeOff.id }}
          zone={placeOf(timeOff)?.time_zone ?? "UTC"}
          onClose={() => {
            setTimeOff(null);
          }}
        />
      )}
    </ListPage>
  );
}

function describe(resource: Resource, place: Location | undefined, severalPlaces: boolean): string {
  const hours = resource.hours ? hoursSummary(resource.hours) : t("resource.hoursOfLocation");
  const where = severalPlaces && place ? [place.name] : [];
  return [t(`resource.kinds.${resource.kind}`), ...where, hours].join(" · ");
}
