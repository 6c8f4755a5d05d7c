import { lazy, type ReactNode, Suspense } from "react";
import { Route } from "react-router";
import { SessionGate } from "../SessionGate";
import { LoginPage } from "./LoginPage";

const MfaPage = lazy(() => import("./MfaPage"));
const InvitePage = lazy(() => import("./InvitePage"));
const EmailPage = lazy(() => import("./EmailPage"));
const HandoffPage = lazy(() => import("./HandoffPage"));
const ForgotPage = lazy(() => import("./ResetPages").then((pages) => ({ default: pages.ForgotPage })));
const ResetPage = lazy(() => import("./ResetPages").then((pages) => ({ default: pages.ResetPage })));

interface Props {
  /** The business; the platform has none. */
  name?: string | undefined;
  hint: string;
  /** Whether devices can be remembered here: on the hosts of businesses. */
  remember: boolean;
  foot?: ReactNode;
  /** Where somebody goes who is inside already. */
  inside: ReactNode;
}

const waiting = (page: ReactNode) => <Suspense fallback={<main className="login" />}>{page}</Suspense>;

/** The pages before the inside, the same for the platform and for businesses. */
export function doorRoutes({ name, hint, remember, foot, inside }: Props) {
  const login = <LoginPage name={name} hint={hint} remember={remember} foot={foot} />;
  return (
    <>
      <Route path="/login" element={<SessionGate signedOut={login}>{() => inside}</SessionGate>} />
      <Route path="/mfa" element={waiting(<MfaPage remember={remember} />)} />
      <Route path="/forgot" element={waiting(<ForgotPage />)} />
      <Route path="/reset" element={waiting(<ResetPage />)} />
      <Route path="/invite" element={waiting(<InvitePage />)} />
      <Route path="/email" element={waiting(<EmailPage undo={false} />)} />
      <Route path="/email-undo" element={waiting(<EmailPage undo />)} />
      <Route path="/handoff" element={waiting(<HandoffPage />)} />
    </>
  );
}
