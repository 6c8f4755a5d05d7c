export { GrantList } from "./GrantList";
export { CreateGrant } from "./CreateGrant";
