import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useMe } from "@/features/session";
import { t } from "@/i18n";
import { Facts, Panel } from "@/ui/Facts";
import { ListPage } from "@/ui/ListPage";
import { Info } from "@/ui/Refused";
import { EmailDialog, NameDialog, PasswordDialog } from "./ProfileDialogs";
import { Factors } from "./Factors";
import { Sessions } from "./Sessions";

type Open = "name" | "email" | "password" | null;

/** What is somebody's own: name, address, password, second step, devices. */
export default function AccountPage() {
  const me = useMe();
  const [open, setOpen] = useState<Open>(null);
  if (!me) return <Skeleton height={200} />;
  const acting = me.masquerade !== null;
  const close = () => {
    setOpen(null);
  };
  const change = (what: Exclude<Open, null>) =>
    !acting && (
      <Button
        variant="default"
        size="compact-md"
        aria-label={t(`account.change.${what}`)}
        onClick={() => {
          setOpen(what);
        }}
      >
        {t("common.change")}
      </Button>
    );
  return (
    <ListPage title={t("account.title")}>
      {acting && (
        <div className="part">
          <Info tone="yellow">{t("account.acting")}</Info>
        </div>
      )}
      <section className="panel account-rows">
        <h2>{t("account.profile")}</h2>
        <Facts
          facts={[
            [t("common.name"), <Line key="name" text={me.user.name} button={change("name")} />],
            [t("common.email"), <Line key="email" text={me.user.email} button={change("email")} />],
            [t("session.password"), <Line key="password" text="••••••••••" button={change("password")} />],
          ]}
        />
      </section>
      {!acting && <Factors />}
      {!acting && <Sessions />}
      {acting && <Panel title={t("account.sessions")} hint={t("account.actingSessions")} />}
      {open === "name" && <NameDialog name={me.user.name} onClose={close} />}
      {open === "email" && <EmailDialog onClose={close} />}
      {open === "password" && <PasswordDialog me={me} onClose={close} />}
    </ListPage>
  );
}

function Line({ text, button }: { text: string; button: React.ReactNode }) {
  return (
    <span className="account-line">
      <span>{text}</span>
      {button}
    </span>
  );
}
