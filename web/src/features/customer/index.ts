export * from "./queries";
export { CustomerPicker, type Picked } from "./CustomerPicker";
