import { lazy, Suspense, useEffect, useState } from "react";
import { masquerades } from "@/api/client";

// Customers don't load it: only who acts as somebody else has it on these pages.
const Bar = lazy(() => import("./ActingBar"));

/** The bar of whoever acts as somebody else, on pages that need no log-in: there once an answer says so. */
export function Acting() {
  const [acting, setActing] = useState(false);
  useEffect(() => {
    const seen = () => {
      setActing(true);
    };
    masquerades.addEventListener("seen", seen);
    return () => {
      masquerades.removeEventListener("seen", seen);
    };
  }, []);
  return (
    acting && (
      <Suspense>
        <Bar />
      </Suspense>
    )
  );
}
