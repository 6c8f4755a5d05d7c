import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { useReturnFocus } from "./returnFocus";

export const PHONE = "(max-width: 640px)";

interface Props {
  title: string;
  size?: number;
  /** Closing asks first when something was changed. */
  dirty?: boolean;
  /** Lies over other dialogs. */
  above?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, size = 480, dirty, above, onClose, children }: Props) {
  useReturnFocus();
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  return (
    <Modal
      opened
      title={title}
      size={size}
      fullScreen={phone}
      radius={phone ? 0 : 12}
      centered={!phone}
      zIndex={above ? 320 : 200}
      closeButtonProps={{ "aria-label": t("common.close") }}
      onClose={() => {
        if (dirty) confirmDiscard(onClose);
        else onClose();
      }}
    >
      {children}
    </Modal>
  );
}

function confirmDiscard(onConfirm: () => void): void {
  modals.openConfirmModal({
    title: t("common.discardTitle"),
    children: t("common.discardText"),
    labels: { confirm: t("common.discardConfirm"), cancel: t("common.discardKeep") },
    confirmProps: { color: "red.9" },
    closeButtonProps: { "aria-label": t("common.close") },
    zIndex: 300,
    onConfirm,
  });
}

interface Ask {
  title: string;
  text: string;
  confirm: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back, with the thing's name and a plain verb. */
export function ask({ title, text, confirm, onConfirm }: Ask): void {
  modals.openConfirmModal({
    title,
    children: text,
    labels: { confirm, cancel: t("common.keep") },
    confirmProps: { color: "red.9" },
    closeButtonProps: { "aria-label": t("common.close") },
    zIndex: 300,
    onConfirm,
  });
}

interface FooterProps {
  saving: boolean;
  label?: string;
  /** For what takes something away. */
  danger?: boolean;
  onCancel: () => void;
  left?: ReactNode;
}

export function DialogFooter({ saving, label, danger = false, onCancel, left }: FooterProps) {
  return (
    <div className="dialog-footer">
      <div>{left}</div>
      <Button variant="default" onClick={onCancel}>
        {t("common.back")}
      </Button>
      <Button type="submit" loading={saving} {...(danger ? { color: "red.9" } : {})}>
        {label ?? t("common.save")}
      </Button>
    </div>
  );
}
