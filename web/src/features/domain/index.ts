export { DomainList } from "./DomainList";
