import createClient from "openapi-fetch";
import { confirming } from "./confirm";
import { ApiError } from "./error";
import type { paths } from "./schema";
import { inTurn } from "./turn";

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Looked up at each call, so that tests can answer in its place.
  fetch: (request) => confirming(request, (sent) => inTurn(sent, (turned) => globalThis.fetch(turned))),
});

/** Says each answer that belongs to a session in which somebody acts as another person. */
export const masquerades = new EventTarget();

api.use({
  onResponse({ response, schemaPath }) {
    const told = schemaPath === "/api/v1/me";
    if (!told && response.headers.has("X-Masquerade")) masquerades.dispatchEvent(new Event("seen"));
  },
});

export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Turns an answer into its data, or throws what went wrong as an ApiError. */
export async function take<T>(request: Promise<Answer<T>>): Promise<T> {
  const answer = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, {});
  });
  if (!answer.response.ok) throw ApiError.from(answer.response.status, answer.error);
  return answer.data as T;
}

interface Page<T> {
  data?: T[] | null;
  next_cursor?: string | null;
}

/** Reads a list to its end: for the nouns a business has few of. */
export async function takeAll<T>(read: (cursor?: string) => Promise<Answer<Page<T>>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await take(read(cursor));
    all.push(...(page.data ?? []));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return all;
}
