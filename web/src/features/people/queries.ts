import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, takeAll } from "@/api/client";
import { asQuery, pagesOf } from "@/api/pages";
import type { Invitation, User } from "@/api/types";
import type { Role } from "@/api/unions";

/** The people of the own business, or everybody as the platform's staff see them. */
export type Scope = "people" | "platform";

interface UserQuery {
  query?: string;
  role?: string;
  status?: string;
  tenant_id?: string;
  kind?: "PLATFORM" | "TENANT";
}

const at = (id: string) => ({ params: { path: { id } } });

/** The same verbs in two places. */
const AT = {
  people: {
    list: (query: UserQuery & Paged, signal?: AbortSignal) =>
      api.GET("/api/v1/people", { params: { query: asQuery<"/api/v1/people">(query) }, signal }),
    get: (id: string) => api.GET("/api/v1/people/{id}", at(id)),
    change: (id: string, body: UserChange) => api.PATCH("/api/v1/people/{id}", { ...at(id), body }),
    deactivate: (id: string, body: Reason) => api.POST("/api/v1/people/{id}/deactivate", { ...at(id), body }),
    reactivate: (id: string) => api.POST("/api/v1/people/{id}/reactivate", at(id)),
    resetPassword: (id: string) => api.POST("/api/v1/people/{id}/reset-password", at(id)),
    resetFactors: (id: string) => api.POST("/api/v1/people/{id}/reset-mfa", at(id)),
    endSessions: (id: string) => api.POST("/api/v1/people/{id}/end-sessions", at(id)),
    invitations: (query: Paged & { status?: string }, signal?: AbortSignal) =>
      api.GET("/api/v1/invitations", { params: { query: asQuery<"/api/v1/invitations">(query) }, signal }),
    invite: (body: Invite) => api.POST("/api/v1/invitations", { body }),
    resend: (id: string) => api.POST("/api/v1/invitations/{id}/resend", at(id)),
    revoke: (id: string) => api.POST("/api/v1/invitations/{id}/revoke", at(id)),
  },
  platform: {
    list: (query: UserQuery & Paged, signal?: AbortSignal) =>
      api.GET("/api/v1/platform/users", {
        params: { query: asQuery<"/api/v1/platform/users">(query) },
        signal,
      }),
    get: (id: string) => api.GET("/api/v1/platform/users/{id}", at(id)),
    change: (id: string, body: UserChange) => api.PATCH("/api/v1/platform/users/{id}", { ...at(id), body }),
    deactivate: (id: string, body: Reason) =>
      api.POST("/api/v1/platform/users/{id}/deactivate", { ...at(id), body }),
    reactivate: (id: string) => api.POST("/api/v1/platform/users/{id}/reactivate", at(id)),
    resetPassword: (id: string) => api.POST("/api/v1/platform/users/{id}/reset-password", at(id)),
    resetFactors: (id: string) => api.POST("/api/v1/platform/users/{id}/reset-mfa", at(id)),
    endSessions: (id: string) => api.POST("/api/v1/platform/users/{id}/end-sessions", at(id)),
    invitations: (query: Paged & { status?: string }, signal?: AbortSignal) =>
      api.GET("/api/v1/platform/invitations", {
        params: { query: asQuery<"/api/v1/platform/invitations">(query) },
        signal,
      }),
    invite: (body: Invite) => api.POST("/api/v1/platform/invitations", { body }),
    resend: (id: string) => api.POST("/api/v1/platform/invitations/{id}/resend", at(id)),
    revoke: (id: string) => api.POST("/api/v1/platform/invitations/{id}/revoke", at(id)),
  },
};

interface Paged {
  limit?: number;
  cursor?: string | undefined;
}
export interface UserChange {
  role?: Role;
  switches?: string[];
}
interface Reason {
  reason?: string;
}
interface Invite {
  email: string;
  role: Role;
}

const USERS = ["users"];
const INVITATIONS = ["invitations"];

export function userPages(scope: Scope, filters: UserQuery) {
  return pagesOf<User>([...USERS, scope, "pages", filters], (cursor, signal) =>
    AT[scope].list({ limit: 50, cursor, ...filters }, signal),
  );
}

/** The few that match best, for a field that completes. */
export async function findUsers(scope: Scope, filters: UserQuery, signal: AbortSignal): Promise<User[]> {
  return (await take(AT[scope].list({ limit: 10, ...filters }, signal))).data ?? [];
}

export function user(scope: Scope, id: string) {
  return queryOptions({
    queryKey: [...USERS, scope, id],
    queryFn: (): Promise<User> => take(AT[scope].get(id)),
  });
}

export const switchInfos = queryOptions({
  queryKey: ["switches"],
  queryFn: async ({ signal }) => (await take(api.GET("/api/v1/people/switches", { signal }))).data ?? [],
  staleTime: Infinity,
});

/** One change of a person; lists and the open person follow. */
export function useUserChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: USERS });
    },
  });
}

export function userActions(scope: Scope, id: string) {
  const to = AT[scope];
  return {
    change: (body: UserChange): Promise<User> => take(to.change(id, body)),
    deactivate: (reason?: string): Promise<User> => take(to.deactivate(id, reason ? { reason } : {})),
    reactivate: (): Promise<User> => take(to.reactivate(id)),
    resetPassword: () => take(to.resetPassword(id)),
    resetFactors: (): Promise<User> => take(to.resetFactors(id)),
    endSessions: () => take(to.endSessions(id)),
  };
}

export function invitationPages(scope: Scope, status: string | undefined) {
  return pagesOf<Invitation>([...INVITATIONS, scope, { status }], (cursor, signal) =>
    AT[scope].invitations({ limit: 50, cursor, ...(status ? { status } : {}) }, signal),
  );
}

function useInvitationChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: INVITATIONS });
    },
  });
}

export const useInvite = (scope: Scope) =>
  useInvitationChange((body: Invite): Promise<Invitation> => take(AT[scope].invite(body)));
export const useResend = (scope: Scope) =>
  useInvitationChange((id: string): Promise<Invitation> => take(AT[scope].resend(id)));
export const useRevoke = (scope: Scope) =>
  useInvitationChange((id: string): Promise<Invitation> => take(AT[scope].revoke(id)));

/** Those who can have a calendar of their own: everybody active but the customers. */
export const colleagues = queryOptions({
  queryKey: [...USERS, "colleagues"],
  queryFn: async (): Promise<User[]> => {
    const all = await takeAll<User>((cursor) => AT.people.list({ limit: 200, cursor, status: "ACTIVE" }));
    return all.filter(({ role }) => role !== "CUSTOMER");
  },
  staleTime: 60_000,
});
