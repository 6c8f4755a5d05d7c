import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { BrowserRouter } from "react-router";
import { MasqueradeBar } from "@/features/masquerade";
import { Reauth } from "@/features/session/Reauth";
import { Kit } from "@/ui/Providers";
import { start } from "@/ui/start";
import { queries } from "./queries";

/** What every page inside has around it, whatever the page is. */
export function startInside(routes: ReactNode): void {
  start(
    <QueryClientProvider client={queries}>
      <Kit>
        <BrowserRouter>
          <MasqueradeBar />
          {routes}
          <Reauth />
        </BrowserRouter>
      </Kit>
    </QueryClientProvider>,
  );
}
