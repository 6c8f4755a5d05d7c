/** The first label of a business's address, proposed from its name: "Anna's Café" is "annas-cafe". */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/[\u0300-\u036f'’]/g, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

export const slugShape = (slug: string): boolean => /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/.test(slug);
