import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { business } from "@/features/appointment";
import { BookInstead } from "@/features/session/door/LoginPage";
import { doorRoutes } from "@/features/session/door/routes";
import { SessionGate } from "@/features/session/SessionGate";
import type { Me } from "@/api/types";
import { t } from "@/i18n";
import { AppShell } from "./AppShell";
import { Suspended } from "./Notices";
import { Needs, Nothing, Return, ToLogin, Waiting } from "./pages";

const CalendarPage = lazy(() => import("@/features/appointment/calendar/CalendarPage"));
const MyAppointments = lazy(() => import("@/features/appointment/mine/MyAppointments"));
const LocationsPage = lazy(() => import("@/features/location/LocationsPage"));
const ResourcesPage = lazy(() => import("@/features/resource/ResourcesPage"));
const ServicesPage = lazy(() => import("@/features/service/ServicesPage"));
const CustomersPage = lazy(() => import("@/features/customer/CustomersPage"));
const OutboxPage = lazy(() => import("@/features/outbox/OutboxPage"));
const AccountPage = lazy(() => import("@/features/account/AccountPage"));
const BusinessPage = lazy(() => import("@/features/business/BusinessPage"));
const DomainsPage = lazy(() => import("@/features/domain/DomainsPage"));
const PeoplePage = lazy(() => import("@/features/people/PeoplePage"));
const AccessPage = lazy(() => import("@/features/access/AccessPage"));
const GrantsPage = lazy(() => import("@/features/grant/GrantsPage"));
const AuditPage = lazy(() => import("@/features/audit/AuditPage"));

export function AppRoutes() {
  const name = useQuery(business).data?.name;
  return (
    <Routes>
      {doorRoutes({
        name,
        hint: t("session.hint"),
        remember: true,
        foot: <BookInstead />,
        inside: <Return home="/app" />,
      })}
      <Route
        path="/app/*"
        element={<SessionGate signedOut={<ToLogin />}>{(me) => <Inside me={me} />}</SessionGate>}
      />
      <Route
        path="*"
        element={<SessionGate signedOut={<Nothing home="/" />}>{(me) => <Lost me={me} />}</SessionGate>}
      />
    </Routes>
  );
}

/** An address outside of the application; whoever acts as another sees that here too. */
function Lost({ me }: { me: Me }) {
  return (
    <AppShell me={me}>
      <Nothing home="/app" />
    </AppShell>
  );
}

function Inside({ me }: { me: Me }) {
  if (me.notice?.kind === "SUSPENDED" && !me.masquerade) return <Suspended text={me.notice.text} />;
  const pages = me.user.role === "CUSTOMER" ? <CustomerPages /> : <StaffPages />;
  return (
    <AppShell me={me}>
      <Suspense fallback={<Waiting />}>{pages}</Suspense>
    </AppShell>
  );
}

function CustomerPages() {
  return (
    <Routes>
      <Route index element={<MyAppointments />} />
      <Route path="account" element={<AccountPage />} />
      <Route path="*" element={<Navigate to="/app" replace />} />
    </Routes>
  );
}

function StaffPages() {
  return (
    <Routes>
      <Route index element={<Navigate to="/app/calendar" replace />} />
      <Route path="calendar" element={<Needs permission="appointments.read" page={<CalendarPage />} />} />
      <Route path="settings">
        <Route index element={<Navigate to="/app/settings/locations" replace />} />
        <Route path="locations" element={<Needs permission="locations.read" page={<LocationsPage />} />} />
        <Route path="resources" element={<Needs permission="resources.read" page={<ResourcesPage />} />} />
        <Route path="services" element={<Needs permission="services.read" page={<ServicesPage />} />} />
        <Route path="customers" element={<Needs permission="customers.read" page={<CustomersPage />} />} />
      </Route>
      <Route path="account" element={<AccountPage />} />
      <Route path="business" element={<Needs permission="settings.write" page={<BusinessPage />} />} />
      <Route
        path="domains"
        element={<Needs permission="domains.read" page={<DomainsPage scope="own" />} />}
      />
      <Route
        path="people"
        element={<Needs permission="people.read" page={<PeoplePage scope="people" />} />}
      />
      <Route path="access-log" element={<Needs permission="access_log.read" page={<AccessPage />} />} />
      <Route
        path="grants"
        element={<Needs permission="grants.read" page={<GrantsPage scope="people" />} />}
      />
      <Route path="audit" element={<Needs permission="audit.read" page={<AuditPage scope="own" />} />} />
      <Route path="outbox" element={<Needs permission="outbox.read" page={<OutboxPage />} />} />
      <Route path="*" element={<Nothing home="/app" />} />
    </Routes>
  );
}
