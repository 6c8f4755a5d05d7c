import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "react-router";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import type { Me, SignIn } from "@/api/types";
import type { Permission } from "@/api/unions";
import { hush } from "@/ui/toast";

/** Why somebody stands before the door; the sign-in page says it. */
export type Note = "masquerade_ended" | "session_expired" | "too_late" | "password_set" | "email_set";
const NOTE = ["login-note"];

/** Whether the session that a request was sent with is over; wrong passwords and codes are no such thing. */
export const isOver = (error: unknown): boolean =>
  isApiError(
    error,
    "unauthenticated",
    "session_expired",
    "session_cleared",
    "masquerade_ended",
    "mfa_required",
  );

/** Shows the door, and why. */
export function leave(queries: QueryClient, error: unknown): void {
  if (isApiError(error, "masquerade_ended")) queries.setQueryData(NOTE, "masquerade_ended");
  else if (isApiError(error, "session_expired") && queries.getQueryData(me.queryKey))
    queries.setQueryData(NOTE, "session_expired");
  queries.setQueryData(me.queryKey, null);
}

/** Who is signed in; null is nobody. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal, client }): Promise<Me | null> => {
    try {
      return await take(api.GET("/api/v1/me", { signal }));
    } catch (error) {
      // A suspended business has only its door: to those who are not signed in the rest is not there.
      if (!isApiError(error) || (error.status !== 401 && error.status !== 404)) throw error;
      leave(client, error);
      return null;
    }
  },
  staleTime: 60_000,
});

export function useMe(): Me | null | undefined {
  return useQuery(me).data;
}

/** Whether the signed-in person may do something; an unknown permission does not compile. */
export function useCan(): (permission: Permission) => boolean {
  const granted = useMe()?.permissions ?? [];
  return (permission) => (granted as readonly string[]).includes(permission);
}

/** What is still to be proven by somebody whose password was right. */
export const pending = queryOptions({
  queryKey: ["sign-in"],
  queryFn: ({ signal }) => take(api.GET("/api/v1/auth/mfa", { signal })),
  staleTime: Infinity,
  retry: false,
});

/** Goes on after one step of signing in: inside, or to the next proof. */
export function useArrive(): (answer: SignIn) => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: unknown };
  return (answer) => {
    const { status, me: arrived } = answer;
    if (status !== "SIGNED_IN") {
      queries.setQueryData(pending.queryKey, answer);
      void navigate("/mfa", { replace: true, state });
      return;
    }
    queries.removeQueries({ queryKey: pending.queryKey });
    queries.removeQueries({ queryKey: NOTE });
    if (arrived) queries.setQueryData(me.queryKey, arrived);
    else void queries.invalidateQueries({ queryKey: me.queryKey });
    void navigate("/login", { replace: true, state });
  };
}

export function useNote(): Note | undefined {
  const state = useLocation().state as { note?: Note } | null;
  const { data } = useQuery({ queryKey: NOTE, queryFn: () => null, enabled: false });
  return (data as Note | null | undefined) ?? state?.note;
}

export function useLogin() {
  const arrive = useArrive();
  return useMutation({
    mutationFn: (body: { email: string; password: string; remember?: boolean }) =>
      take(api.POST("/api/v1/auth/login", { body })),
    onSuccess: arrive,
  });
}

function forget(queries: QueryClient): void {
  // Nothing of one person may be left for the next.
  hush();
  queries.setQueryData(me.queryKey, null);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] });
}

export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/auth/logout")),
    onSettled: () => {
      forget(queries);
    },
  });
}

export function useLogoutEverywhere() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await take(api.POST("/api/v1/me/sessions/end-others"));
      await take(api.POST("/api/v1/auth/logout"));
    },
    onSuccess: () => {
      forget(queries);
    },
  });
}

/** Those of some resources whose calendar the signed-in person works with: all, or their own. */
export function useOwnCalendars(): <R extends { user_id?: string | null }>(resources: readonly R[]) => R[] {
  const own = useMe()?.user.id;
  const all = useCan()("appointments.all");
  return (resources) => resources.filter(({ user_id }) => all || user_id === own);
}
