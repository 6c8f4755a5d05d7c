import { Button } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";
import { t } from "@/i18n";
import { ask } from "./Dialog";

interface Props {
  title: string;
  text: string;
  busy: boolean;
  onArchive: () => void;
}

export function ArchiveButton({ title, text, busy, onArchive }: Props) {
  return (
    <Button
      variant="subtle"
      color="red"
      className="danger"
      leftSection={<IconArchive size={18} />}
      loading={busy}
      onClick={() => {
        ask({ title, text, confirm: t("common.archive"), onConfirm: onArchive });
      }}
    >
      {t("common.archive")}
    </Button>
  );
}
