import { ActionIcon, Divider } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Block } from "@/api/types";
import { t } from "@/i18n";
import { dayText, whenText } from "@/lib/format";
import { addDays, dayOf, today, wallClock } from "@/lib/zone";
import { Dialog } from "@/ui/Dialog";
import { Row } from "@/ui/ListPage";
import { Loaded, RowsSkeleton } from "@/ui/States";
import { complained } from "@/ui/toast";
import { BlockForm } from "./BlockForm";
import { blocks, type Owner, useRemoveBlock } from "./queries";

interface Props {
  title: string;
  owner: Owner;
  zone: string;
  onClose: () => void;
}

/** What is planned from today on, and a form for more. */
export function BlocksDialog({ title, owner, zone, onClose }: Props) {
  const [from] = useState(() => new Date(dayOf(today(zone), zone).from).toISOString());
  const [dirty, setDirty] = useState(false);
  const query = useQuery(blocks({ from }, owner));
  const remove = useRemoveBlock();

  return (
    <Dialog title={title} size={520} dirty={dirty} onClose={onClose}>
      <Loaded query={query} skeleton={<RowsSkeleton rows={2} height={56} />}>
        {(data) =>
          data.length === 0 ? (
            <p className="soft">{t("resource.block.none")}</p>
          ) : (
            <ul className="list">
              {data.map((block) => {
                const when = blockText(block, zone);
                return (
                  <Row
                    key={block.id}
                    title={when}
                    text={block.reason}
                    side={
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        size="lg"
                        aria-label={t("resource.block.remove", { when })}
                        loading={remove.isPending && remove.variables === block.id}
                        onClick={() => {
                          remove.mutate(block.id, { onError: complained });
                        }}
                      >
                        <IconTrash size={18} />
                      </ActionIcon>
                    }
                  />
                );
              })}
            </ul>
          )
        }
      </Loaded>
      <Divider my="lg" />
      <BlockForm owner={owner} zone={zone} onDirty={setDirty} />
    </Dialog>
  );
}

/** Whole days are said as days, anything else with its times. */
function blockText({ start, end }: Block, zone: string): string {
  const first = wallClock(Date.parse(start), zone);
  const after = wallClock(Date.parse(end), zone);
  if (first.minutes !== 0 || after.minutes !== 0) return `${whenText(start, zone)} – ${whenText(end, zone)}`;
  const last = addDays(after.date, -1);
  return first.date === last ? dayText(first.date) : `${dayText(first.date)} – ${dayText(last)}`;
}
