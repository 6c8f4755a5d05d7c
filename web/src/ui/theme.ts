import { useEffect, useState } from "react";

export type Theme = "auto" | "light" | "dark";

// Shared with the kit's own colour scheme manager, so that a choice holds on every page of the host.
export const THEME_KEY = "ss-theme";
const ATTRIBUTE = "data-mantine-color-scheme";

function storedTheme(): Theme {
  try {
    const value = window.localStorage.getItem(THEME_KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

function applyTheme(theme: Theme): void {
  if (theme === "auto") document.documentElement.removeAttribute(ATTRIBUTE);
  else document.documentElement.setAttribute(ATTRIBUTE, theme);
}

/** The light pages' theme; the staff app lets the kit do the same under the same key. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  useEffect(() => {
    applyTheme(theme);
  }, [theme]);
  const choose = (next: Theme) => {
    setTheme(next);
    try {
      window.localStorage.setItem(THEME_KEY, next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return [theme, choose];
}

export function nextTheme(theme: Theme): Theme {
  return theme === "auto" ? "light" : theme === "light" ? "dark" : "auto";
}
