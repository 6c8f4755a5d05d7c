import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { t } from "@/i18n";
import { nextTheme, type Theme } from "./theme";

const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };
const NAMES = { auto: "systemTheme", light: "lightTheme", dark: "darkTheme" } as const;

interface Props {
  theme: Theme;
  onChange: (theme: Theme) => void;
}

export function ThemeButton({ theme, onChange }: Props) {
  const Icon = ICONS[theme];
  const label = t("common.theme", { name: t(`common.${NAMES[theme]}`) });
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => {
        onChange(nextTheme(theme));
      }}
    >
      <Icon size={20} stroke={1.75} aria-hidden />
    </button>
  );
}
