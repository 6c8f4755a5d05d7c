import { Anchor } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import "@/ui/sheet.css";

interface Props {
  title: string;
  hint?: ReactNode;
  wide?: boolean;
  foot?: ReactNode;
  children?: ReactNode;
}

/** The card of every page that somebody sees before being inside. */
export function Door({ title, hint, wide, foot, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${t("common.product")}`;
  }, [title]);
  return (
    <main className="login">
      <div className="login-card" data-wide={wide}>
        <span className="login-mark">
          <Mark size={40} />
        </span>
        <h1>{title}</h1>
        {hint && <p className="soft login-hint">{hint}</p>}
        {children}
        {foot}
      </div>
    </main>
  );
}

export function ToLoginLink({ children }: { children?: ReactNode }) {
  return (
    <Anchor component={Link} to="/login" className="login-foot">
      {children ?? t("door.toLogin")}
    </Anchor>
  );
}

/** A link of a mail that was used, is too old, or never was one. */
export function Expired({ again }: { again?: ReactNode }) {
  return (
    <Door title={t("door.expired.title")} hint={t("door.expired.hint")} foot={<ToLoginLink />}>
      {again && <div className="form">{again}</div>}
    </Door>
  );
}
