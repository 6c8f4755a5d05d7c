import { apex } from "./en/apex";
import { appointment } from "./en/appointment";
import { booking } from "./en/booking";
import { common } from "./en/common";
import { manage } from "./en/manage";

/** The texts of the pages that everybody sees, which have to be light; inside.ts adds the others. */
export const en = { apex, appointment, booking, common, manage } as const;
