import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from "@mantine/core";
import { THEME_KEY } from "./theme";

const brand: MantineColorsTuple = [
  "#eef0fd",
  "#dde1fa",
  "#b9c1f4",
  "#98a4f5",
  "#8391ec",
  "#5f70e0",
  "#4c5fd5",
  "#3f50bf",
  "#3342a3",
  "#273384",
];

const gray: MantineColorsTuple = [
  "#f8f8fa",
  "#f1f2f5",
  "#e9ebef",
  "#e3e5ea",
  "#c6cad3",
  "#6f7684",
  "#545b69",
  "#434956",
  "#2c313b",
  "#181b22",
];

const dark: MantineColorsTuple = [
  "#eceef2",
  "#c6cbd5",
  "#adb4c0",
  "#8d95a4",
  "#434a57",
  "#2b303a",
  "#1f232b",
  "#171a20",
  "#101217",
  "#0b0d11",
];

export const theme = createTheme({
  colors: { brand, gray, dark },
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 6 },
  black: "#181b22",
  fontFamily: "var(--ss-font)",
  headings: { fontFamily: "var(--ss-font)", fontWeight: "650" },
  defaultRadius: 8,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { transitionProps: { duration: 140 }, overlayProps: { backgroundOpacity: 0.4 } } },
    Drawer: {
      defaultProps: { transitionProps: { duration: 160 }, overlayProps: { backgroundOpacity: 0.25 } },
    },
    CloseButton: { defaultProps: { iconSize: 20 } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Popover: { defaultProps: { transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { transitionProps: { duration: 120 } } },
  },
});

// What floats has one elevation; the kit's own greys give way to the design's.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--mantine-shadow-xs": "none",
    "--mantine-shadow-sm": "none",
    "--mantine-shadow-md": "var(--ss-float)",
    "--mantine-shadow-lg": "var(--ss-float)",
    "--mantine-shadow-xl": "var(--ss-float)",
  },
  light: { "--mantine-color-error": "#a11f24", "--mantine-color-placeholder": "#6f7684" },
  dark: { "--mantine-color-error": "#ffb3b3", "--mantine-color-placeholder": "#8d95a4" },
});

export const colorScheme = localStorageColorSchemeManager({ key: THEME_KEY });
