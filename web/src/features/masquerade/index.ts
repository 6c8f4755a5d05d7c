export { MasqueradeBar } from "./MasqueradeBar";
export { StartDialog } from "./StartDialog";
export { Elsewhere } from "./Elsewhere";
export { rest, useResting } from "./queries";
