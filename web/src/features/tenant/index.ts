export * from "./badges";
export * from "./queries";
export { TenantPicker } from "./TenantPicker";
