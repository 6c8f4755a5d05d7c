import { notifications } from "@mantine/notifications";
import { t } from "@/i18n";
import { errorText } from "./errorText";

const closable = () => ({ closeButtonProps: { "aria-label": t("common.close") } });

export function said(message: string): void {
  notifications.show({ message, color: "brand", role: "status", ...closable() });
}

export function complained(error: unknown): void {
  notifications.show({ message: errorText(error), color: "red", role: "alert", ...closable() });
}

/** Takes away what was said: it was for somebody who is no longer here. */
export function hush(): void {
  notifications.clean();
}
