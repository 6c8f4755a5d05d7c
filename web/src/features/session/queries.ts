import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import type { Me } from "@/api/types";
import type { Permission } from "@/api/unions";

/** Who is signed in; null is nobody. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await take(api.GET("/api/v1/me", { signal }));
    } catch (error) {
      if (isApiError(error) && error.status === 401) return null;
      throw error;
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

export function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => take(api.POST("/api/v1/auth/login", { body })),
    onSuccess: (answer) => {
      queries.setQueryData(me.queryKey, answer);
    },
  });
}

export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/auth/logout")),
    onSettled: () => {
      // Nothing of one person may be left for the next.
      queries.setQueryData(me.queryKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] });
    },
  });
}

/** Those of some resources whose calendar the signed-in person works with: all, or their own. */
export function useOwnCalendars(): <R extends { user_id?: string | null }>(resources: readonly R[]) => R[] {
  const own = useMe()?.user.id;
  const all = useCan()("appointments.all");
  return (resources) => resources.filter(({ user_id }) => all || user_id === own);
}
