import { agoText, whenText } from "@/lib/format";
import { useNow } from "@/lib/now";
import { viewerZone } from "@/lib/zone";
import { t } from "@/i18n";

/** How long ago something was, with the exact time on demand. */
export function Ago({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return t("common.never");
  return (
    <time dateTime={at} title={whenText(at, viewerZone())}>
      {agoText(at, viewerZone(), now)}
    </time>
  );
}

/** A day and a time, in the zone of whoever reads it. */
export function When({ at }: { at: string | null | undefined }) {
  if (!at) return t("common.never");
  return <time dateTime={at}>{whenText(at, viewerZone())}</time>;
}
