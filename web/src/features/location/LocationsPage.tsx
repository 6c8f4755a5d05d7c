import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBeach, IconMapPin } from "@tabler/icons-react";
import { useState } from "react";
import type { Location } from "@/api/types";
import { BlocksDialog } from "@/features/block";
import { useCan } from "@/features/session";
import { t } from "@/i18n";
import { markArchived } from "@/lib/archived";
import { zoneCity } from "@/lib/format";
import { hoursSummary } from "@/lib/hours";
import { Badge } from "@/ui/Badge";
import { ListPage, Row } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { LocationDialog } from "./LocationDialog";
import { locations } from "./queries";

export default function LocationsPage() {
  const can = useCan();
  const mayWrite = can("locations.write");
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState<Location | "new" | null>(null);
  const [closures, setClosures] = useState<Location | null>(null);
  const active = useQuery(locations());
  const all = useQuery({ ...locations(true), enabled: shown });
  const add = {
    label: t("location.add"),
    onClick: () => {
      setOpen("new");
    },
  };

  return (
    <ListPage
      title={t("location.title")}
      add={mayWrite ? add : undefined}
      archived={{ shown, onChange: setShown }}
    >
      <Loaded query={active}>
        {(data) =>
          data.length === 0 && !shown ? (
            <Empty icon={IconMapPin} title={t("location.empty")} hint={t("location.emptyHint")} />
          ) : (
            <ul className="list">
              {markArchived(data, shown ? all.data : undefined).map(([location, archived]) => (
                <Row
                  key={location.id}
                  icon={<IconMapPin size={20} stroke={1.75} />}
                  title={
                    <>
                      {location.name} {archived && <Badge>{t("common.archived")}</Badge>}
                    </>
                  }
                  text={
                    <>
                      {zoneCity(location.time_zone)} ·{" "}
                      {hoursSummary(location.opening_hours ?? []) || t("location.noHours")}
                    </>
                  }
                  onOpen={
                    archived || !mayWrite
                      ? undefined
                      : () => {
                          setOpen(location);
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
                          setClosures(location);
                        }}
                      >
                        {t("location.closures")}
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
        <LocationDialog
          location={open === "new" ? null : open}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
      {closures && (
        <BlocksDialog
          title={t("resource.block.closuresOf", { name: closures.name })}
          owner={{ location_id: closures.id }}
          zone={closures.time_zone}
          onClose={() => {
            setClosures(null);
          }}
        />
      )}
    </ListPage>
  );
}
