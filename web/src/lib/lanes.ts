/** Puts what overlaps into separate lanes, earliest first; touching is not overlapping. */
export function lanes<T>(
  items: readonly T[],
  span: (item: T) => { from: number; to: number },
): { placed: { item: T; lane: number }[]; count: number } {
  const ends: number[] = [];
  const sorted = [...items].sort((a, b) => span(a).from - span(b).from || span(b).to - span(a).to);
  const placed = sorted.map((item) => {
    const { from, to } = span(item);
    const free = ends.findIndex((end) => end <= from);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = to;
    return { item, lane };
  });
  return { placed, count: Math.max(1, ends.length) };
}
