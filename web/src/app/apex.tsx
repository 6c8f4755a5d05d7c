import { lazy, Suspense } from "react";
import { start } from "@/ui/start";

// The page for everybody stays light: signing up brings the kit, and only then.
const Page = lazy(() =>
  window.location.pathname.startsWith("/signup") ? import("./SignupPages") : import("./ApexPage"),
);

start(
  <Suspense fallback={null}>
    <Page />
  </Suspense>,
);
