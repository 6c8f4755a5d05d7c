import { useQueryClient } from "@tanstack/react-query";
import { IconArrowBackUp, IconEye } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { masquerades } from "@/api/client";
import type { Me } from "@/api/types";
import { me, roleName, useMe } from "@/features/session";
import { t } from "@/i18n";
import { countdownText, useSecond } from "@/lib/countdown";
import { timeText } from "@/lib/format";
import { viewerZone } from "@/lib/zone";
import { complained } from "@/ui/toast";
import { useRelease } from "./queries";
import "@/ui/sheet.css";
import "./masquerade.css";

/** On top of every page while somebody acts as another person; it cannot be put away. */
export function MasqueradeBar() {
  useSeen();
  const who = useMe();
  return who?.masquerade && <Bar me={who} masquerade={who.masquerade} />;
}

/** An answer of a session of this kind shows a page that does not know yet. */
function useSeen(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const look = () => {
      if (queries.getQueryData(me.queryKey)?.masquerade) return;
      if (queries.isFetching({ queryKey: me.queryKey }) === 0)
        void queries.invalidateQueries({ queryKey: me.queryKey });
    };
    masquerades.addEventListener("seen", look);
    return () => {
      masquerades.removeEventListener("seen", look);
    };
  }, [queries]);
}

interface BarProps {
  me: Me;
  masquerade: NonNullable<Me["masquerade"]>;
}

function Bar({ me: { user, tenant }, masquerade }: BarProps) {
  const release = useRelease();
  const bar = useHeight();
  const place = tenant?.name ?? t("common.product");
  const { expires_at, reason, read_only } = masquerade;
  return (
    <div className="masquerade" ref={bar}>
      <IconEye size={22} aria-hidden className="masquerade-icon" />
      <p role="status">
        <strong>
          {t("masquerade.viewing", { name: user.name || user.email, role: roleName(user.role), place })}
        </strong>{" "}
        <Ends at={expires_at} /> {read_only && <span>{t("masquerade.readOnly")} </span>}
        {reason && <span className="masquerade-reason">{t("masquerade.reasonIs", { reason })}</span>}
      </p>
      <button
        type="button"
        disabled={release.isPending}
        onClick={() => {
          release.mutate(undefined, { onError: complained });
        }}
      >
        <IconArrowBackUp size={18} aria-hidden /> {t("masquerade.return")}
      </button>
    </div>
  );
}

/** The ticking is for the eyes; those who listen hear the time of the end, once. */
function Ends({ at }: { at: string }) {
  const queries = useQueryClient();
  const left = Date.parse(at) - useSecond();
  const over = left <= 0;
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: me.queryKey });
  }, [over, queries]);
  return (
    <>
      <span className="visually-hidden">{t("masquerade.endsAt", { time: timeText(at, viewerZone()) })}</span>
      <span aria-hidden className="tabular masquerade-ends">
        {t("masquerade.endsIn", { left: countdownText(left) })}
      </span>
    </>
  );
}

/** Pages begin below the bar, however many lines it has. */
function useHeight() {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = document.documentElement;
    const measure = () => {
      root.style.setProperty("--ss-top", `${bar.current?.offsetHeight ?? 0}px`);
    };
    const watch = new ResizeObserver(measure);
    if (bar.current) watch.observe(bar.current);
    measure();
    return () => {
      watch.disconnect();
      root.style.removeProperty("--ss-top");
    };
  }, []);
  return bar;
}
