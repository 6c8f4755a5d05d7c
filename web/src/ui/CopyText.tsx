import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { t } from "@/i18n";

/** A text that has to be carried somewhere else, with a button that does it. */
export function CopyText({ label, value }: { label: string; value: string }) {
  return (
    <div className="copy-text">
      <span className="copy-label">{label}</span>
      <code>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t("common.copyWhat", { what: label })}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={copy}
          >
            {t(copied ? "common.copied" : "common.copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
