import { IconBan, IconCircleCheck, IconClock, IconHourglassEmpty } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Grant } from "@/api/types";
import { t } from "@/i18n";
import { countdownText, useSecond } from "@/lib/countdown";
import { Badge, type Tone } from "@/ui/Badge";

const LOOK = {
  ACTIVE: ["green", IconCircleCheck],
  SCHEDULED: ["blue", IconClock],
  EXPIRED: ["grey", IconHourglassEmpty],
  REVOKED: ["red", IconBan],
} as const satisfies Record<Grant["status"], [Tone, unknown]>;

export function GrantStatus({ grant }: { grant: Grant }) {
  const [tone, Icon] = LOOK[grant.status];
  return (
    <Badge tone={tone}>
      <Icon size={14} aria-hidden /> {t(`grant.status.${grant.status}`)}
      {grant.status === "ACTIVE" && <Left until={grant.expires_at} />}
    </Badge>
  );
}

/** Ticks down; at the end the list is read again, for the server decides what is over. */
function Left({ until }: { until: string }) {
  const queries = useQueryClient();
  const left = Date.parse(until) - useSecond();
  const over = left <= 0;
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: ["grants"] });
  }, [over, queries]);
  return <span className="tabular">{countdownText(left)}</span>;
}
