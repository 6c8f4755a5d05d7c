import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "./kit.css";
import { MantineProvider } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { colorScheme, cssVariables, theme } from "./kit";

export function Kit({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorScheme}
      cssVariablesResolver={cssVariables}
    >
      <DatesProvider settings={{ firstDayOfWeek: 1, weekendDays: [] }}>
        <ModalsProvider>{children}</ModalsProvider>
      </DatesProvider>
      <Notifications position="bottom-right" autoClose={6000} zIndex={400} />
    </MantineProvider>
  );
}
