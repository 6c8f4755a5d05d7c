import i18next from "i18next";
import { en } from "./en";
import type { Inside } from "./inside";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & Inside };
  }
}

void i18next.init({
  lng: "en",
  resources: { en: { translation: en } },
  initAsync: false,
  interpolation: { escapeValue: false },
});

// A language is chosen by loading the page in it, so plain calls do and no component has to subscribe.
export const t = i18next.t.bind(i18next);
