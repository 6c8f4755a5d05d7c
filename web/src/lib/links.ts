/** A path of this host, whatever was sent; never another host. */
export function relativePath(url: string, otherwise: string): string {
  try {
    const target = new URL(url, window.location.origin);
    if (target.origin === window.location.origin) return target.pathname + target.search;
  } catch {
    // Not an address at all.
  }
  return otherwise;
}

/** Follows an address of our own hosts; anything else, such as a script, leads to the start. */
export function follow(url: string): void {
  const { protocol } = new URL(url, window.location.origin);
  window.location.assign(protocol === "https:" || protocol === "http:" ? url : "/");
}
