import { afterEach, describe, expect, it, vi } from "vitest";
import { confirmBy, confirming } from "./confirm";

const refused = () => Response.json({ code: "reauth_required" }, { status: 403 });
const done = () => Response.json({ ok: true });
const post = (path = "/api/v1/people/usr_1") =>
  new Request(`http://demo.localhost${path}`, {
    method: "POST",
    body: JSON.stringify({ role: "TENANT_STAFF" }),
  });

let release: () => void = () => undefined;
afterEach(() => {
  release();
});

describe("a request that needs a fresh proof", () => {
  it("is sent again with the same body after the proof", async () => {
    release = confirmBy(() => Promise.resolve(true));
    const bodies: string[] = [];
    const send = vi.fn(async (request: Request) => {
      bodies.push(await request.text());
      return bodies.length === 1 ? refused() : done();
    });
    expect((await confirming(post(), send)).status).toBe(200);
    expect(bodies).toEqual(['{"role":"TENANT_STAFF"}', '{"role":"TENANT_STAFF"}']);
  });

  it("keeps its refusal when the person says no", async () => {
    release = confirmBy(() => Promise.resolve(false));
    const send = vi.fn(() => Promise.resolve(refused()));
    const answer = await confirming(post(), send);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ code: "reauth_required" });
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("asks once for several at the same time", async () => {
    const ask = vi.fn(() => Promise.resolve(true));
    release = confirmBy(ask);
    let fresh = 0;
    const send = () => Promise.resolve(++fresh <= 2 ? refused() : done());
    const answers = await Promise.all([confirming(post(), send), confirming(post(), send)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("leaves other refusals, questions and the proof itself alone", async () => {
    const ask = vi.fn(() => Promise.resolve(true));
    release = confirmBy(ask);
    const forbidden = () => Promise.resolve(Response.json({ code: "forbidden" }, { status: 403 }));
    expect((await confirming(post(), forbidden)).status).toBe(403);
    const asked = () => Promise.resolve(refused());
    await confirming(new Request("http://demo.localhost/api/v1/people"), asked);
    await confirming(post("/api/v1/auth/reauth"), asked);
    expect(ask).not.toHaveBeenCalled();
  });
});
