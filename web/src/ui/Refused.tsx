import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** Why something did not work, above the form that it is about. */
export function Refused({ children }: { children: ReactNode }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
      {children}
    </Alert>
  );
}

/** Something good to know, in the place where it matters. */
export function Info({ tone = "brand", children }: { tone?: "brand" | "yellow"; children: ReactNode }) {
  return (
    <Alert color={tone} icon={<IconInfoCircle size={18} />} role="note">
      {children}
    </Alert>
  );
}
