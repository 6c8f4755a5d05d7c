import { createQueries, start } from "@/ui/start";
import { Kit } from "@/ui/Providers";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { isApiError } from "@/api/error";
import { me } from "@/features/session";
import { LoginPage } from "@/features/session/LoginPage";
import { SessionGate } from "@/features/session/SessionGate";
import { TenantsPage } from "@/features/tenant/TenantsPage";
import { t } from "@/i18n";
import { PlatformShell } from "./PlatformShell";

const queries = createQueries((error) => {
  if (isApiError(error) && error.status === 401) queries.setQueryData(me.queryKey, null);
});

const login = <LoginPage name={undefined} hint={t("session.platformHint")} />;

start(
  <QueryClientProvider client={queries}>
    <Kit>
      <BrowserRouter>
        <Routes>
          <Route
            path="/login"
            element={
              <SessionGate signedOut={login}>{() => <Navigate to="/businesses" replace />}</SessionGate>
            }
          />
          <Route
            path="/businesses"
            element={
              <SessionGate signedOut={<Navigate to="/login" replace />}>
                {(person) => (
                  <PlatformShell me={person}>
                    <TenantsPage />
                  </PlatformShell>
                )}
              </SessionGate>
            }
          />
          <Route path="*" element={<Navigate to="/businesses" replace />} />
        </Routes>
      </BrowserRouter>
    </Kit>
  </QueryClientProvider>,
);
