/** "HIJACK_START" is "Hijack start": actions are many and new ones come, so only the best known have words. */
const KNOWN: Record<string, string> = {
  HIJACK_START: "Began to view as somebody",
  HIJACK_DENIED: "Was refused to view as somebody",
  HIJACK_END: "Stopped viewing as somebody",
  HIJACK_EXPIRED: "Viewing as somebody ran out",
  HIJACK_TERMINATED: "Viewing as somebody was ended",
  HIJACK_ACTION: "Did something as somebody",
  HIJACK_BLOCKED: "Tried something forbidden while viewing",
};

export function auditText(action: string): string {
  const plain = action.replaceAll("_", " ").toLowerCase();
  return KNOWN[action] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** For the filter; any other action can be typed. */
export const COMMON_ACTIONS = [
  ...Object.keys(KNOWN),
  "GRANT_CREATED",
  "GRANT_DENIED",
  "GRANT_USED",
  "GRANT_REVOKED",
  "GRANT_EXPIRED",
];
