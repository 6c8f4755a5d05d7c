import "@fontsource-variable/inter/wght.css";
import "./tokens.css";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isApiError } from "@/api/error";

/** Puts a page on the screen. */
export function start(page: ReactNode): void {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<StrictMode>{page}</StrictMode>);
}

/** Questions that were refused are not asked again; those that got lost are, twice. */
export function createQueries(onError?: (error: unknown) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => onError?.(error) }),
    mutationCache: new MutationCache({ onError: (error) => onError?.(error) }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          failures < 2 && !(isApiError(error) && error.status > 0 && error.status < 500),
      },
    },
  });
}
