import { notifications } from "@mantine/notifications";
import { errorText } from "./errorText";

export function said(message: string): void {
  notifications.show({ message, color: "brand", role: "status" });
}

export function complained(error: unknown): void {
  notifications.show({ message: errorText(error), color: "red", role: "alert" });
}
