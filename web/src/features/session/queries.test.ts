import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { isOver, leave, me } from "./queries";

const refusal = (code: string) => new ApiError(401, { code });

describe("isOver", () => {
  it("tells a session that ended from a wrong password or code", () => {
    for (const code of ["unauthenticated", "session_expired", "session_cleared", "masquerade_ended"])
      expect(isOver(refusal(code)), code).toBe(true);
    for (const code of ["invalid_credentials", "invalid_code", "mfa_code_required", "reauth_required"])
      expect(isOver(refusal(code)), code).toBe(false);
  });
});

describe("leave", () => {
  const signedIn = () => {
    const queries = new QueryClient();
    queries.setQueryData(me.queryKey, { permissions: [] } as Partial<Me> as Me);
    return queries;
  };

  it("shows the door, and says that viewing as somebody has ended", () => {
    const queries = signedIn();
    leave(queries, refusal("masquerade_ended"));
    expect(queries.getQueryData(me.queryKey)).toBeNull();
    expect(queries.getQueryData(["login-note"])).toBe("masquerade_ended");
  });

  it("says nothing to somebody who was never inside", () => {
    const queries = new QueryClient();
    leave(queries, refusal("session_expired"));
    expect(queries.getQueryData(["login-note"])).toBeUndefined();
  });
});
