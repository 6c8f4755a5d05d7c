import { IconCircleCheckFilled } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { t } from "@/i18n";
import { type Line, Lines } from "./Summary";

export function Confirmation({
  email,
  requested,
  lines,
  onAgain,
}: {
  email: string;
  /** The business has yet to confirm it. */
  requested: boolean;
  lines: Line[];
  onAgain: () => void;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section className="panel done" aria-labelledby="done-title">
      <IconCircleCheckFilled size={56} aria-hidden />
      <h2 id="done-title" tabIndex={-1} ref={title}>
        {t(requested ? "booking.requested" : "booking.done")}
      </h2>
      <p className="soft">{t(requested ? "booking.requestedHint" : "booking.doneHint", { email })}</p>
      <Lines lines={lines} />
      <button type="button" className="button" onClick={onAgain}>
        {t("booking.another")}
      </button>
    </section>
  );
}
