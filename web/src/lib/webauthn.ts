// Passkeys speak in bytes, the API in JSON. Browsers translate between the two; where one does not yet, this does.

export const hasPasskeys = (): boolean =>
  window.isSecureContext && typeof window.PublicKeyCredential === "function";

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

type Json = Record<string, unknown>;

interface Described {
  id: string;
}

const bytesOf = <T extends Described>(one: T) => ({ ...one, id: fromBase64url(one.id) });

/** The options of the API lie under publicKey, or are it. */
const publicKeyOf = (options: unknown): unknown =>
  typeof options === "object" && options !== null && "publicKey" in options ? options.publicKey : options;

export function requestOptions(options: unknown): PublicKeyCredentialRequestOptions {
  const json = publicKeyOf(options) as PublicKeyCredentialRequestOptionsJSON;
  if ("parseRequestOptionsFromJSON" in PublicKeyCredential)
    return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  return {
    ...json,
    challenge: fromBase64url(json.challenge),
    allowCredentials: (json.allowCredentials ?? []).map(bytesOf),
  } as PublicKeyCredentialRequestOptions;
}

export function creationOptions(options: unknown): PublicKeyCredentialCreationOptions {
  const json = publicKeyOf(options) as PublicKeyCredentialCreationOptionsJSON;
  if ("parseCreationOptionsFromJSON" in PublicKeyCredential)
    return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  return {
    ...json,
    challenge: fromBase64url(json.challenge),
    user: bytesOf(json.user),
    excludeCredentials: (json.excludeCredentials ?? []).map(bytesOf),
  } as PublicKeyCredentialCreationOptions;
}

export function credentialJSON(credential: PublicKeyCredential): Json {
  if ("toJSON" in credential) return credential.toJSON() as Json;
  const { id, rawId, type, response, authenticatorAttachment } = credential as PublicKeyCredential;
  const fields = [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ] as const;
  const answer: Json = {};
  for (const field of fields) {
    const value: unknown = field in response ? response[field as keyof AuthenticatorResponse] : null;
    if (value instanceof ArrayBuffer) answer[field] = toBase64url(value);
  }
  if (response instanceof AuthenticatorAttestationResponse) answer["transports"] = response.getTransports();
  return {
    id,
    rawId: toBase64url(rawId),
    type,
    authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

/** Somebody closed the browser's question, or let it time out: no failure to report. */
export class PasskeyCancelled extends Error {}

async function ask(question: Promise<Credential | null>): Promise<Json> {
  try {
    const credential = await question;
    if (credential) return credentialJSON(credential as PublicKeyCredential);
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    if (cause.name !== "NotAllowedError" && cause.name !== "AbortError") throw cause;
  }
  throw new PasskeyCancelled();
}

export const showPasskey = (options: unknown): Promise<Json> =>
  ask(navigator.credentials.get({ publicKey: requestOptions(options) }));

export const makePasskey = (options: unknown): Promise<Json> =>
  ask(navigator.credentials.create({ publicKey: creationOptions(options) }));
