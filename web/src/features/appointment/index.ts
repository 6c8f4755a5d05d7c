export { business } from "./book/queries";
