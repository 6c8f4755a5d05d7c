import type { ReactNode } from "react";
import type { Me } from "@/api/types";
import { t } from "@/i18n";
import { Mark } from "@/ui/Mark";
import { SchemeButton, UserMenu } from "./AppShell";
import "./shell.css";

export function PlatformShell({ me, children }: { me: Me; children: ReactNode }) {
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      <header className="shell-top">
        <a href="/" className="shell-brand">
          <Mark size={26} />
          <span>{t("common.product")}</span>
        </a>
        <SchemeButton />
        <UserMenu me={me} />
      </header>
      <main id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
