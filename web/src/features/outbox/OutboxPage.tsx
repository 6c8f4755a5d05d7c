import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconChevronDown, IconMail } from "@tabler/icons-react";
import { useState } from "react";
import type { OutboxMail } from "@/api/types";
import { t } from "@/i18n";
import { whenText } from "@/lib/format";
import { viewerZone } from "@/lib/zone";
import { Badge, type Tone } from "@/ui/Badge";
import { ListPage } from "@/ui/ListPage";
import { Empty, Loaded } from "@/ui/States";
import { outboxPages } from "./queries";
import "./outbox.css";

const TONES: Record<OutboxMail["status"], Tone> = {
  STORED: "grey",
  QUEUED: "amber",
  SENT: "green",
  FAILED: "red",
};

export default function OutboxPage() {
  const pages = useInfiniteQuery(outboxPages());
  return (
    <ListPage title={t("outbox.title")}>
      <p className="soft outbox-hint">{t("outbox.hint")}</p>
      <Loaded query={pages}>
        {({ pages: parts }) => {
          const mails = parts.flatMap((page) => page.data);
          if (mails.length === 0)
            return <Empty icon={IconMail} title={t("outbox.empty")} hint={t("outbox.emptyHint")} />;
          return (
            <ul className="list">
              {mails.map((mail) => (
                <Mail key={mail.id} mail={mail} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      {pages.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("common.loadMore")}
        </Button>
      )}
    </ListPage>
  );
}

function Mail({ mail }: { mail: OutboxMail }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="mail">
      <button
        type="button"
        className="row"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <span className="row-text">
          <span className="row-title">
            {mail.subject} <Badge tone={TONES[mail.status]}>{t(`outbox.status.${mail.status}`)}</Badge>
          </span>
          <span className="soft tabular">
            {t("outbox.to", { email: mail.to })} · {whenText(mail.created_at, viewerZone())}
          </span>
        </span>
        <IconChevronDown size={20} className="mail-chevron" aria-hidden />
      </button>
      {open && <pre className="mail-text">{mail.text}</pre>}
    </li>
  );
}
