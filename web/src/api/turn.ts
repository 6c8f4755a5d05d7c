type Send = (request: Request) => Promise<Response>;

/** The calls after which this page's session is another person's. */
const TURNS = new Set(["/api/v1/masquerade", "/api/v1/masquerade/release"]);

let reads = new AbortController();
let turned: Promise<void> = Promise.resolve();

/**
 * Sends a request; one that changes whose session this page has goes alone. Reads on their way are given up, as
 * the other person may not have their answers; later ones wait until the call failed, or the page is left.
 */
export async function inTurn(request: Request, send: Send): Promise<Response> {
  if (request.method === "GET") {
    await turned;
    return send(new Request(request, { signal: AbortSignal.any([request.signal, reads.signal]) }));
  }
  return TURNS.has(new URL(request.url).pathname) ? turn(request, send) : send(request);
}

function turn(request: Request, send: Send): Promise<Response> {
  reads.abort();
  reads = new AbortController();
  const sent = send(request);
  turned = sent.then(
    ({ ok }) => (ok ? untilLeft() : undefined),
    () => undefined,
  );
  return sent;
}

function untilLeft(): Promise<void> {
  // Who comes back to this page with the browser's Back button begins it anew.
  window.addEventListener("pageshow", () => {
    window.location.reload();
  });
  return new Promise(() => undefined);
}
