export * from "./queries";
export * from "./factors";
export { RoleBadge, roleName } from "./RoleBadge";
export { Enroll, type Way } from "./door/Enroll";
export { RecoveryCodes } from "./door/RecoveryCodes";
