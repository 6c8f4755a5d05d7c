interface Thing {
  id: string;
}

/** Marks what is only in the longer list, the one that includes the archived. */
export function markArchived<T extends Thing>(
  active: readonly T[],
  all: readonly T[] | undefined,
): [T, boolean][] {
  const ids = new Set(active.map(({ id }) => id));
  return (all ?? active).map((thing) => [thing, !ids.has(thing.id)]);
}
