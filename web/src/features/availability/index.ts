import "./availability.css";

export { MonthGrid } from "./MonthGrid";
export { TimeList } from "./TimeList";
export * from "./queries";
