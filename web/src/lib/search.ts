import { useCallback, useSyncExternalStore } from "react";

const CHANGED = "ss:search";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("popstate", onChange);
  window.addEventListener(CHANGED, onChange);
  return () => {
    window.removeEventListener("popstate", onChange);
    window.removeEventListener(CHANGED, onChange);
  };
}

type Changes = Record<string, string | null>;

/** The address's query as state, for pages too small for a router: deep links and the back button just work. */
export function useSearch(): [URLSearchParams, (changes: Changes, how?: "push" | "replace") => void] {
  const text = useSyncExternalStore(subscribe, () => window.location.search);
  const change = useCallback((changes: Changes, how: "push" | "replace" = "replace") => {
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    const query = next.size > 0 ? `?${next.toString()}` : window.location.pathname;
    window.history[how === "push" ? "pushState" : "replaceState"](null, "", query);
    window.dispatchEvent(new Event(CHANGED));
  }, []);
  return [new URLSearchParams(text), change];
}
