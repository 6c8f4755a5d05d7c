import type { ReactNode } from "react";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import { ThemeButton } from "@/ui/ThemeButton";
import { useTheme } from "@/ui/theme";

interface Props {
  name: string | undefined;
  /** Nothing booked here is real. */
  demo: boolean | undefined;
  children: ReactNode;
}

export function Shell({ name, demo, children }: Props) {
  const [theme, setTheme] = useTheme();
  return (
    <div className="page">
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      <header className="top">
        <h1>{name ?? <span className="skeleton" style={{ width: 180, height: 24 }} />}</h1>
        <ThemeButton theme={theme} onChange={setTheme} />
        <a className="button quiet" href="/login">
          {t("booking.signIn")}
        </a>
      </header>
      <main id="main" tabIndex={-1}>
        {demo && <p className="demo">{t("booking.demo")}</p>}
        {children}
      </main>
      <footer className="foot soft">
        <Mark size={18} /> {t("booking.poweredBy")}
      </footer>
    </div>
  );
}
