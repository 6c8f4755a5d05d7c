import { apex } from "./en/apex";
import { appointment } from "./en/appointment";
import { booking } from "./en/booking";
import { common } from "./en/common";

/** The texts of the pages that everybody sees, which have to be light; inside.ts adds the others. */
export const en = { apex, appointment, booking, common } as const;
