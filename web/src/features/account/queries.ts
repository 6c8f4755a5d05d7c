import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { SessionRow } from "@/api/types";
import { factors, me, passkeyProof } from "@/features/session";

const key = ["my-sessions"];

export const mySessions = queryOptions({
  queryKey: key,
  queryFn: async ({ signal }): Promise<SessionRow[]> =>
    (await take(api.GET("/api/v1/me/sessions", { signal }))).data ?? [],
});

/** After a change of the account all of it is read again. */
function useAccountChange<V, T>(mutationFn: (value: V) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      for (const queryKey of [me.queryKey, key, factors.queryKey])
        void queries.invalidateQueries({ queryKey });
    },
  });
}

export const useRename = () =>
  useAccountChange((name: string) => take(api.PATCH("/api/v1/me", { body: { name } })));

export const useNewEmail = () =>
  useAccountChange((email: string) => take(api.POST("/api/v1/me/email", { body: { email } })));

export const useNewPassword = () =>
  useAccountChange((body: { current: string; password: string }) =>
    take(api.POST("/api/v1/me/password", { body })),
  );

export const useEndSession = () =>
  useAccountChange((id: string) =>
    take(api.POST("/api/v1/me/sessions/{id}/end", { params: { path: { id } } })),
  );

export const useEndOthers = () => useAccountChange(() => take(api.POST("/api/v1/me/sessions/end-others")));

export const useRemoveTotp = () =>
  useAccountChange((body: { password: string; code: string; new_password?: string }) =>
    take(api.POST("/api/v1/me/mfa/totp/remove", { body })),
  );

export const useRemovePasskey = () =>
  useAccountChange((id: string) =>
    take(api.POST("/api/v1/me/passkeys/{id}/remove", { params: { path: { id } }, body: {} })),
  );

/** Without a recovery code the passkey itself is asked. */
export const useRemoveLastPasskey = () =>
  useAccountChange(async (value: { id: string; password: string; code: string; new_password: string }) => {
    const { id, password, code, new_password } = value;
    const factor = code ? { code } : { passkey: await passkeyProof() };
    const body = { password, ...factor, ...(new_password ? { new_password } : {}) };
    return take(api.POST("/api/v1/me/passkeys/{id}/remove", { params: { path: { id } }, body }));
  });

export const useNewCodes = () => useAccountChange(() => take(api.POST("/api/v1/me/mfa/recovery-codes")));
