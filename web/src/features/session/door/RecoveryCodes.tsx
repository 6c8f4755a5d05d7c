import { Button, Checkbox, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "@/i18n";
import { Info } from "@/ui/Refused";

interface Props {
  codes: readonly string[];
  onStored: () => void;
}

/** Shown this one time: the way in when phone and passkey are gone. */
export function RecoveryCodes({ codes, onStored }: Props) {
  const [stored, setStored] = useState(false);
  const text = codes.join("\n");
  return (
    <div className="form recovery">
      <h2>{t("door.recovery.title")}</h2>
      <p className="soft">{t("door.recovery.hint")}</p>
      <ul className="recovery-codes" aria-label={t("door.recovery.title")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="form-buttons no-print">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={copy}
            >
              {t(copied ? "common.copied" : "common.copy")}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          onClick={() => {
            download(text);
          }}
        >
          {t("common.download")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPrinter size={18} />}
          onClick={() => {
            window.print();
          }}
        >
          {t("common.print")}
        </Button>
      </div>
      <div className="no-print form">
        <Info tone="yellow">{t("door.recovery.once")}</Info>
        <Checkbox
          label={t("door.recovery.stored")}
          checked={stored}
          onChange={(event) => {
            setStored(event.currentTarget.checked);
          }}
        />
        <Button size="md" disabled={!stored} onClick={onStored}>
          {t("door.recovery.go")}
        </Button>
      </div>
    </div>
  );
}

function download(text: string): void {
  const body = `${t("door.recovery.file", { host: window.location.host })}\n\n${text}\n`;
  const url = URL.createObjectURL(new Blob([body], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `recovery-codes-${window.location.hostname}.txt`;
  link.click();
  URL.revokeObjectURL(url);
}
