import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { makePasskey, showPasskey } from "@/lib/webauthn";
import { useArrive } from "./queries";

/** The second factors of the signed-in person. */
export const factors = queryOptions({
  queryKey: ["factors"],
  queryFn: ({ signal }) => take(api.GET("/api/v1/me/mfa", { signal })),
});

export const passkeySignIn = async (remember: boolean) => {
  const { challenge_id, options } = await take(api.POST("/api/v1/auth/passkey/options"));
  const credential = await showPasskey(options);
  return take(api.POST("/api/v1/auth/passkey", { body: { challenge_id, credential, remember } }));
};

/** What a passkey answers to the question who it is. */
export async function passkeyProof() {
  const { challenge_id, options } = await take(api.POST("/api/v1/auth/mfa/passkey/options"));
  return { challenge_id, credential: await showPasskey(options) };
}

const provePasskey = async () => take(api.POST("/api/v1/auth/mfa/passkey", { body: await passkeyProof() }));

export const confirmPasskey = async () =>
  take(api.POST("/api/v1/auth/reauth/passkey", { body: await passkeyProof() }));

export const confirmPassword = (body: { password: string; code?: string }) =>
  take(api.POST("/api/v1/auth/reauth", { body }));

export type Proof =
  | { method: "totp"; code: string; remember: boolean }
  | { method: "recovery_code"; code: string }
  | { method: "passkey" };

export function useProve() {
  const arrive = useArrive();
  return useMutation({
    mutationFn: (proof: Proof) => {
      if (proof.method === "passkey") return provePasskey();
      const { code } = proof;
      if (proof.method === "recovery_code")
        return take(api.POST("/api/v1/auth/mfa/recovery", { body: { code } }));
      return take(api.POST("/api/v1/auth/mfa/totp", { body: { code, remember_device: proof.remember } }));
    },
    onSuccess: arrive,
  });
}

/** A new secret for an authenticator app; it counts only after a code proves that the app has it. */
export const newTotp = queryOptions({
  queryKey: ["totp-enroll"],
  queryFn: () => take(api.POST("/api/v1/auth/mfa/totp/enroll")),
  staleTime: Infinity,
  gcTime: 0,
  retry: false,
});

export const confirmTotp = (code: string) =>
  take(api.POST("/api/v1/auth/mfa/totp/confirm", { body: { code } }));

export const enrollPasskey = async (name: string) => {
  const { challenge_id, options } = await take(api.POST("/api/v1/auth/mfa/passkey/enroll/options"));
  const credential = await makePasskey(options);
  return take(api.POST("/api/v1/auth/mfa/passkey/enroll", { body: { challenge_id, name, credential } }));
};
