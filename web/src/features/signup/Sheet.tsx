import { type ReactNode, useEffect } from "react";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import "@/ui/sheet.css";

interface Props {
  title: string;
  hint?: string;
  foot?: ReactNode;
  children?: ReactNode;
}

/** The card of the sign-up, as wide as a form of several fields needs. */
export function Sheet({ title, hint, foot, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${t("common.product")}`;
  }, [title]);
  return (
    <main className="login">
      <div className="login-card" data-wide="true">
        <a href="/" className="login-mark" aria-label={t("common.product")}>
          <Mark size={40} />
        </a>
        <h1>{title}</h1>
        {hint && <p className="soft login-hint">{hint}</p>}
        {children}
        {foot}
      </div>
    </main>
  );
}
