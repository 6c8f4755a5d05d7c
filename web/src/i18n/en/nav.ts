export const nav = {
  settings: "Settings",
  team: "Team and security",
  suspended: "This business is suspended",
  suspendedHint:
    "Only you can sign in, and your booking page is off. Nothing is lost. Write to us, and it goes on as soon as this is settled.",
} as const;
