type Send = (request: Request) => Promise<Response>;
type Confirmer = () => Promise<boolean>;

let confirmer: Confirmer | null = null;
let asking: Promise<boolean> | null = null;

/** Says who asks people to confirm that it's them; returns how to take that back. */
export function confirmBy(ask: Confirmer): () => void {
  confirmer = ask;
  return () => {
    if (confirmer === ask) confirmer = null;
  };
}

/**
 * Sends a request; when the server wants a fresh proof of who is there, asks for it once and sends the same
 * request again, so that nobody loses what they were doing.
 */
export async function confirming(request: Request, send: Send): Promise<Response> {
  const again = mayAsk(request) ? request.clone() : null;
  const response = await send(request);
  if (!again || !confirmer || !(await wantsProof(response))) return response;
  asking ??= confirmer().finally(() => {
    asking = null;
  });
  return (await asking) ? send(again) : response;
}

/** Questions change nothing, and the proof itself must not ask for a proof. */
function mayAsk({ method, url }: Request): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const { pathname } = new URL(url);
  return !pathname.includes("/auth/reauth") && !pathname.endsWith("/auth/mfa/passkey/options");
}

async function wantsProof(response: Response): Promise<boolean> {
  if (response.status !== 403 && response.status !== 401) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (
    typeof problem === "object" && problem !== null && "code" in problem && problem.code === "reauth_required"
  );
}
