import "@/ui/plain.css";
import "./apex.css";
import { IconCalendarCheck, IconClockHour4, IconDeviceMobile, IconShieldLock } from "@tabler/icons-react";
import { useEffect } from "react";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import { ThemeButton } from "@/ui/ThemeButton";
import { useTheme } from "@/ui/theme";
import { DayPreview } from "./DayPreview";

const { host } = window.location;
const demo = `//demo.${host}`;

const REASONS = [
  ["once", IconCalendarCheck],
  ["phone", IconDeviceMobile],
  ["hours", IconClockHour4],
  ["apart", IconShieldLock],
] as const;

export default function ApexPage() {
  const [theme, setTheme] = useTheme();
  useEffect(() => {
    document.title = `${t("common.product")} · ${t("apex.title")}`;
  }, []);
  return (
    <div className="apex">
      <header className="apex-top">
        <span className="apex-brand">
          <Mark size={28} /> {t("common.product")}
        </span>
        <ThemeButton theme={theme} onChange={setTheme} />
        <a className="button quiet" href={`//platform.${host}/login`}>
          {t("apex.platform")}
        </a>
      </header>
      <main>
        <section className="hero">
          <div>
            <h1>{t("apex.title")}</h1>
            <p className="lead">{t("apex.lead")}</p>
            <p className="hero-links">
              <a className="button primary" href="/signup">
                {t("apex.signup")}
              </a>
              <a className="button" href={`${demo}/`}>
                {t("apex.demo")}
              </a>
              <a className="button quiet" href={`${demo}/login`}>
                {t("apex.team")}
              </a>
            </p>
          </div>
          <DayPreview />
        </section>
        <section className="reasons">
          {REASONS.map(([name, Icon]) => (
            <article key={name}>
              <Icon size={24} stroke={1.75} aria-hidden />
              <h2>{t(`apex.${name}Title`)}</h2>
              <p>{t(`apex.${name}`)}</p>
            </article>
          ))}
        </section>
        <section className="how">
          <h2>{t("apex.howTitle")}</h2>
          <ol>
            <li>{t("apex.how1")}</li>
            <li>{t("apex.how2")}</li>
            <li>{t("apex.how3")}</li>
          </ol>
          <a className="button primary" href={`${demo}/`}>
            {t("apex.try")}
          </a>
        </section>
      </main>
      <footer className="foot soft">{t("common.product")}</footer>
    </div>
  );
}
