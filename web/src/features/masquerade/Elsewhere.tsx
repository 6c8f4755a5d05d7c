import { Button } from "@mantine/core";
import { IconArrowBackUp, IconEye } from "@tabler/icons-react";
import { t } from "@/i18n";
import { errorText } from "@/ui/errorText";
import { Refused } from "@/ui/Refused";
import { Empty } from "@/ui/States";
import { useRelease } from "./queries";

/** This session rests while its person views another host as somebody else. */
export function Elsewhere({ name }: { name: string | undefined }) {
  const release = useRelease();
  return (
    <main className="login">
      <div className="login-card" data-wide="true">
        {release.error && <Refused>{errorText(release.error)}</Refused>}
        <Empty
          icon={IconEye}
          title={name ? t("masquerade.elsewhere", { name }) : t("masquerade.elsewhereSomebody")}
          hint={t("masquerade.elsewhereHint")}
          action={
            <Button
              leftSection={<IconArrowBackUp size={18} />}
              loading={release.isPending || release.isSuccess}
              onClick={() => {
                release.mutate();
              }}
            >
              {t("masquerade.return")}
            </Button>
          }
        />
      </div>
    </main>
  );
}
