export * from "./queries";
export { RoleBadge } from "./RoleBadge";
