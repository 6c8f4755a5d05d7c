import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Managed } from "@/api/types";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import { useFragment } from "@/lib/fragment";
import { moneyText } from "@/lib/money";
import { today } from "@/lib/zone";
import { Problem } from "../book/Problem";
import { business } from "../book/queries";
import { Shell } from "../book/Shell";
import { type Line, Lines } from "../book/Summary";
import { TimeStep } from "../book/TimeStep";
import { useCancelByLink, useManaged, useMoveByLink } from "./queries";
import "./manage.css";

/** What a customer's link opens: one appointment, to move or to cancel, without signing in. */
export function ManagePage() {
  const token = useFragment();
  const about = useQuery(business);
  const managed = useManaged(token);
  useEffect(() => {
    document.title = t("manage.title");
  }, []);
  return (
    <Shell name={about.data?.name} demo={about.data?.is_demo}>
      {token === "" && (
        <section className="panel hint">
          <p>{t("manage.noLink")}</p>
          <p className="soft">{t("manage.noLinkHint")}</p>
        </section>
      )}
      {managed.isError && <Problem error={managed.error} />}
      {token !== "" && managed.isPending && <span className="skeleton" style={{ height: 220 }} />}
      {managed.data && <Appointment token={token} managed={managed.data} />}
    </Shell>
  );
}

const OPEN: Managed["status"][] = ["PENDING", "CONFIRMED", "CHECKED_IN"];

function Appointment({ token, managed }: { token: string; managed: Managed }) {
  const [doing, setDoing] = useState<"cancel" | "move" | null>(null);
  const [moved, setMoved] = useState(false);
  const open = OPEN.includes(managed.status);
  const title = !open ? "manage.over" : moved ? "manage.moved" : "manage.yours";
  return (
    <>
      <section className="panel" aria-labelledby="manage-title">
        <h2 id="manage-title">{t(title, { name: managed.first_name })}</h2>
        <Lines
          lines={[
            [t("booking.yourService"), managed.service_name],
            [t("booking.when"), whenText(managed.start, managed.time_zone)],
            ...(managed.resource_name ? [[t("booking.who"), managed.resource_name] as Line] : []),
            [t("manage.status"), t(`manage.is.${managed.status}`)],
          ]}
        />
        {open && doing === null && (
          <div className="manage-acts">
            <button
              type="button"
              className="button primary"
              disabled={!managed.reschedule.allowed}
              onClick={() => {
                setMoved(false);
                setDoing("move");
              }}
            >
              {t("manage.move")}
            </button>
            <button
              type="button"
              className="button"
              disabled={!managed.cancel.allowed}
              onClick={() => {
                setDoing("cancel");
              }}
            >
              {t("manage.cancel")}
            </button>
          </div>
        )}
        {open && doing === null && !managed.reschedule.allowed && (
          <p className="soft">{managed.reschedule.message}</p>
        )}
        {open && doing === null && !managed.cancel.allowed && (
          <p className="soft">{managed.cancel.message}</p>
        )}
        {doing === "cancel" && open && (
          <Cancel
            token={token}
            quote={managed.cancel}
            onBack={() => {
              setDoing(null);
            }}
          />
        )}
      </section>
      {doing === "move" && open && (
        <Move
          token={token}
          managed={managed}
          onDone={() => {
            setMoved(true);
            setDoing(null);
          }}
          onBack={() => {
            setDoing(null);
          }}
        />
      )}
    </>
  );
}

/** The exact amount stands on the button: nobody pays what they were not shown. */
function Cancel({ token, quote, onBack }: { token: string; quote: Managed["cancel"]; onBack: () => void }) {
  const cancel = useCancelByLink(token);
  const costs = quote.fee.amount > 0;
  return (
    <div className="taken" role="alert">
      <p>{quote.message}</p>
      {cancel.isError && <Problem error={cancel.error} />}
      <div className="taken-slots">
        <button
          type="button"
          className="button primary"
          aria-disabled={cancel.isPending}
          onClick={() => {
            if (!cancel.isPending) cancel.mutate(quote.fee);
          }}
        >
          {costs ? t("manage.cancelFor", { fee: moneyText(quote.fee) }) : t("manage.cancelFree")}
        </button>
        <button type="button" className="button" onClick={onBack}>
          {t("manage.keep")}
        </button>
      </div>
    </div>
  );
}

function Move({
  token,
  managed,
  onDone,
  onBack,
}: {
  token: string;
  managed: Managed;
  onDone: () => void;
  onBack: () => void;
}) {
  const move = useMoveByLink(token);
  const [date, setDate] = useState(today(managed.time_zone, Date.parse(managed.start)));
  return (
    <>
      {move.isError && <Problem error={move.error} />}
      <TimeStep
        choice={{
          staffId: null,
          date,
          start: null,
          set: (change) => {
            if (typeof change.start === "string") move.mutate(change.start, { onSuccess: onDone });
            else if (change.date) setDate(change.date);
          },
        }}
        service={{ id: managed.service_id }}
        location={{ id: managed.location_id, time_zone: managed.time_zone }}
      />
      <button type="button" className="button" onClick={onBack}>
        {t("manage.keepTime")}
      </button>
    </>
  );
}
