export * from "./queries";
export { BlocksDialog } from "./BlocksDialog";
