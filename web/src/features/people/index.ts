export * from "./queries";
export * from "./roles";
export { PersonPicker } from "./PersonPicker";
export { UserList } from "./UserList";
