import { afterEach, describe, expect, it, vi } from "vitest";
import { creationOptions, credentialJSON, fromBase64url, requestOptions, toBase64url } from "./webauthn";

afterEach(() => {
  vi.unstubAllGlobals();
});

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

describe("base64url", () => {
  it("goes there and back with the characters that addresses dislike", () => {
    expect(toBase64url(bytes(251, 255, 254))).toBe("-__-");
    expect([...fromBase64url("-__-")]).toEqual([251, 255, 254]);
    expect(toBase64url(bytes(1))).toBe("AQ");
    expect([...fromBase64url("AQ")]).toEqual([1]);
  });
});

describe("in a browser that does not translate", () => {
  it("turns the options' texts into bytes, under publicKey or not", () => {
    vi.stubGlobal("PublicKeyCredential", vi.fn());
    const json = {
      challenge: "AQID",
      allowCredentials: [{ type: "public-key", id: "BAU" }],
      rpId: "localhost",
    };
    for (const options of [json, { publicKey: json }]) {
      const { challenge, allowCredentials, rpId } = requestOptions(options);
      expect([...(challenge as Uint8Array)]).toEqual([1, 2, 3]);
      expect([...(allowCredentials?.[0]?.id as Uint8Array)]).toEqual([4, 5]);
      expect(rpId).toBe("localhost");
    }
  });

  it("turns the new key's owner into bytes", () => {
    vi.stubGlobal("PublicKeyCredential", vi.fn());
    const { user } = creationOptions({ challenge: "AQ", user: { id: "Ag", name: "a", displayName: "A" } });
    expect([...(user.id as Uint8Array)]).toEqual([2]);
    expect(user.name).toBe("a");
  });

  it("turns the answer's bytes into texts", () => {
    vi.stubGlobal("AuthenticatorAttestationResponse", vi.fn());
    const answer = credentialJSON({
      id: "AQ",
      rawId: bytes(1),
      type: "public-key",
      authenticatorAttachment: "platform",
      response: {
        clientDataJSON: bytes(2),
        authenticatorData: bytes(3),
        signature: bytes(4),
        userHandle: null,
      },
      getClientExtensionResults: () => ({}),
    } as unknown as PublicKeyCredential);
    expect(answer).toMatchObject({ rawId: "AQ", response: { clientDataJSON: "Ag", signature: "BA" } });
    expect(answer["response"]).not.toHaveProperty("userHandle");
  });
});

it("leaves the translation to a browser that can", () => {
  const parse = vi.fn(() => ({ challenge: bytes(1) }));
  vi.stubGlobal("PublicKeyCredential", { parseRequestOptionsFromJSON: parse });
  requestOptions({ publicKey: { challenge: "AQ" } });
  expect(parse).toHaveBeenCalledWith({ challenge: "AQ" });
});
