export * from "./queries";
export { KindIcon } from "./kinds";
