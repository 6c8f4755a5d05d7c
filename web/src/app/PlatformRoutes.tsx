import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import type { Me } from "@/api/types";
import { Elsewhere, useResting } from "@/features/masquerade";
import { useCan } from "@/features/session";
import { doorRoutes } from "@/features/session/door/routes";
import { SessionGate } from "@/features/session/SessionGate";
import { t } from "@/i18n";
import { allowed, PLATFORM_NAV } from "./nav";
import { Needs, Nothing, Return, ToLogin, Waiting } from "./pages";
import { Shell } from "./Shell";

const Dashboard = lazy(() => import("@/features/console/Dashboard"));
const BusinessesPage = lazy(() => import("@/features/console/BusinessesPage"));
const BusinessPage = lazy(() => import("@/features/console/BusinessPage"));
const UsersPage = lazy(() => import("@/features/people/UsersPage"));
const PeoplePage = lazy(() => import("@/features/people/PeoplePage"));
const DomainsPage = lazy(() => import("@/features/domain/DomainsPage"));
const GrantsPage = lazy(() => import("@/features/grant/GrantsPage"));
const AuditPage = lazy(() => import("@/features/audit/AuditPage"));
const AccountPage = lazy(() => import("@/features/account/AccountPage"));

export function PlatformRoutes() {
  return (
    <Routes>
      {doorRoutes({ hint: t("session.platformHint"), remember: false, inside: <Return home="/dashboard" /> })}
      <Route
        path="*"
        element={<SessionGate signedOut={<ToLogin />}>{(me) => <Inside me={me} />}</SessionGate>}
      />
    </Routes>
  );
}

function Inside({ me }: { me: Me }) {
  const can = useCan();
  const resting = useResting();
  if (resting || me.acts_as) return <Elsewhere name={me.acts_as?.name} />;
  return (
    <Shell
      me={me}
      home="/dashboard"
      account="/account"
      name={t("common.product")}
      items={allowed(PLATFORM_NAV, can)}
    >
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route index element={<Navigate to="/dashboard" replace />} />
          <Route path="dashboard" element={<Needs permission="tenants.read" page={<Dashboard />} />} />
          <Route path="businesses" element={<Needs permission="tenants.read" page={<BusinessesPage />} />} />
          <Route
            path="businesses/:id"
            element={<Needs permission="tenants.read" page={<BusinessPage />} />}
          />
          <Route path="users" element={<Needs permission="users.read" page={<UsersPage />} />} />
          <Route
            path="staff"
            element={<Needs permission="staff.read" page={<PeoplePage scope="platform" />} />}
          />
          <Route
            path="domains"
            element={<Needs permission="domains.read_platform" page={<DomainsPage scope="platform" />} />}
          />
          <Route
            path="grants"
            element={<Needs permission="grants.read" page={<GrantsPage scope="platform" />} />}
          />
          <Route
            path="audit"
            element={<Needs permission="audit.read_platform" page={<AuditPage scope="platform" />} />}
          />
          <Route path="account" element={<AccountPage />} />
          <Route path="*" element={<Nothing home="/dashboard" />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
