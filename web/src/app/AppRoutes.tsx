import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconLock, IconMapQuestion } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense } from "react";
import { Link, Navigate, Route, Routes, useLocation } from "react-router";
import { business } from "@/features/appointment";
import { useCan } from "@/features/session";
import { BookInstead, LoginPage } from "@/features/session/LoginPage";
import { SessionGate } from "@/features/session/SessionGate";
import type { Me } from "@/api/types";
import type { Permission } from "@/api/unions";
import { t } from "@/i18n";
import { Empty, RowsSkeleton } from "@/ui/States";
import { AppShell } from "./AppShell";

const CalendarPage = lazy(() => import("@/features/appointment/calendar/CalendarPage"));
const MyAppointments = lazy(() => import("@/features/appointment/mine/MyAppointments"));
const LocationsPage = lazy(() => import("@/features/location/LocationsPage"));
const ResourcesPage = lazy(() => import("@/features/resource/ResourcesPage"));
const ServicesPage = lazy(() => import("@/features/service/ServicesPage"));
const CustomersPage = lazy(() => import("@/features/customer/CustomersPage"));
const OutboxPage = lazy(() => import("@/features/outbox/OutboxPage"));

export function AppRoutes() {
  const name = useQuery(business).data?.name;
  const login = <LoginPage name={name} hint={t("session.hint")} foot={<BookInstead />} />;
  return (
    <Routes>
      <Route path="/login" element={<SessionGate signedOut={login}>{() => <Return />}</SessionGate>} />
      <Route
        path="/app/*"
        element={<SessionGate signedOut={<ToLogin />}>{(me) => <Inside me={me} />}</SessionGate>}
      />
      <Route path="*" element={<Navigate to="/app" replace />} />
    </Routes>
  );
}

function Inside({ me }: { me: Me }) {
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
      <Route path="outbox" element={<Needs permission="outbox.read" page={<OutboxPage />} />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}

function Needs({ permission, page }: { permission: Permission; page: ReactNode }) {
  const can = useCan();
  if (can(permission)) return page;
  return <Empty icon={IconLock} title={t("common.noPermission")} hint={t("common.noPermissionHint")} />;
}

function Nothing() {
  const back = (
    <Button component={Link} to="/app">
      {t("common.toStart")}
    </Button>
  );
  return (
    <Empty
      icon={IconMapQuestion}
      title={t("common.notFound")}
      hint={t("common.notFoundHint")}
      action={back}
    />
  );
}

function Waiting() {
  return (
    <div className="content">
      <RowsSkeleton />
    </div>
  );
}

/** Remembers where someone was going, so that signing in leads there. */
function ToLogin() {
  const { pathname, search } = useLocation();
  return <Navigate to="/login" replace state={{ from: pathname + search }} />;
}

function Return() {
  const from = (useLocation().state as { from?: string } | null)?.from;
  return <Navigate to={from ?? "/app"} replace />;
}
