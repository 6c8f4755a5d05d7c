// randomUUID is missing outside secure contexts, where a local base domain may be served.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One idempotency key for one intention: the same body sent again carries the same key, until it is done. */
export class Attempt {
  private last: { body: string; key: string } | null = null;

  keyFor(body: unknown): string {
    const text = JSON.stringify(body);
    if (this.last?.body !== text) this.last = { body: text, key: newKey() };
    return this.last.key;
  }

  done(): void {
    this.last = null;
  }
}
