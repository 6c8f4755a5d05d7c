import { Button } from "@mantine/core";
import { IconLogout, IconPlayerPause, IconTestPipe } from "@tabler/icons-react";
import { useLogout } from "@/features/session";
import { t } from "@/i18n";
import { Info } from "@/ui/Refused";
import { Empty } from "@/ui/States";

/** What is shown here is not real, and goes away on a day. */
export function DemoNotice({ text }: { text: string }) {
  return (
    <p className="demo-notice">
      <IconTestPipe size={18} aria-hidden /> {text}
    </p>
  );
}

/** All that the owner of a suspended business sees; nobody else gets in. */
export function Suspended({ text }: { text: string }) {
  const logout = useLogout();
  return (
    <main className="login">
      <div className="login-card" data-wide="true">
        {text && <Info tone="yellow">{text}</Info>}
        <Empty
          icon={IconPlayerPause}
          title={t("nav.suspended")}
          hint={t("nav.suspendedHint")}
          action={
            <Button
              variant="default"
              leftSection={<IconLogout size={18} />}
              onClick={() => {
                logout.mutate();
              }}
            >
              {t("session.signOut")}
            </Button>
          }
        />
      </div>
    </main>
  );
}
