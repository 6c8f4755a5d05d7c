import { createQueries, start } from "@/ui/start";
import { Kit } from "@/ui/Providers";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { isApiError } from "@/api/error";
import { me } from "@/features/session";
import { AppRoutes } from "./AppRoutes";

const queries = createQueries((error) => {
  // The session ended somewhere else: show the door instead of a page full of errors.
  if (isApiError(error) && error.status === 401) queries.setQueryData(me.queryKey, null);
});

start(
  <QueryClientProvider client={queries}>
    <Kit>
      <BrowserRouter>
        <AppRoutes />
      </BrowserRouter>
    </Kit>
  </QueryClientProvider>,
);
