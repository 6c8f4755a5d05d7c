import { expect, it, vi } from "vitest";

/** A page of its own: what one test left waiting is not the next one's. */
async function page() {
  vi.resetModules();
  return (await import("./turn")).inTurn;
}

const read = () => new Request("http://demo.localhost/api/v1/appointments");
const start = () => new Request("http://demo.localhost/api/v1/masquerade", { method: "POST" });

/** Answers when told to; fails when given up, as fetch does. */
function slow(answer: Promise<Response>) {
  return ({ signal }: Request) =>
    new Promise<Response>((resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(new DOMException("given up", "AbortError"));
      });
      void answer.then(resolve);
    });
}

it("gives up the reads on their way when the session changes, not the writes", async () => {
  const inTurn = await page();
  let answer: (response: Response) => void = () => undefined;
  const later = new Promise<Response>((resolve) => (answer = resolve));
  const asked = inTurn(read(), slow(later));
  const saved = inTurn(new Request(read(), { method: "POST" }), slow(later));
  await Promise.resolve();
  await inTurn(start(), () => Promise.resolve(Response.json({})));
  await expect(asked).rejects.toThrow("given up");
  answer(Response.json({}));
  expect((await saved).ok).toBe(true);
});

it("asks nothing more while the page is about to be left", async () => {
  const inTurn = await page();
  const send = vi.fn(() => Promise.resolve(Response.json({})));
  await inTurn(start(), send);
  void inTurn(read(), send);
  await new Promise((resolve) => setTimeout(resolve));
  expect(send).toHaveBeenCalledTimes(1);
});

it.each([
  ["refused", () => Promise.resolve(new Response(null, { status: 403 }))],
  ["lost", () => Promise.reject(new TypeError("network"))],
])("goes on when the change was %s", async (_, change) => {
  const inTurn = await page();
  await inTurn(start(), change).catch(() => undefined);
  expect((await inTurn(read(), () => Promise.resolve(Response.json({})))).ok).toBe(true);
});
