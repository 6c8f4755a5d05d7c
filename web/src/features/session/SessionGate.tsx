import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Me } from "@/api/types";
import { Failed, RowsSkeleton } from "@/ui/States";
import { me } from "./queries";

interface Props {
  signedOut: ReactNode;
  children: (me: Me) => ReactNode;
}

/** Shows the door or what is behind it. */
export function SessionGate({ signedOut, children }: Props) {
  const query = useQuery(me);
  if (query.data) return children(query.data);
  if (query.data === null) return signedOut;
  return (
    <main className="content">
      {query.error ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <RowsSkeleton />}
    </main>
  );
}
