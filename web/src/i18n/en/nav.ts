export const nav = {
  settings: "Settings",
  team: "Team and security",
  suspended: "This business is suspended",
} as const;
