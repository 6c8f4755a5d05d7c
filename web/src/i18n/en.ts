import { apex } from "./en/apex";
import { appointment } from "./en/appointment";
import { booking } from "./en/booking";
import { common } from "./en/common";
import { customer, location, outbox, resource, service } from "./en/settings";
import { session, tenant } from "./en/session";

export const en = {
  apex,
  appointment,
  booking,
  common,
  customer,
  location,
  outbox,
  resource,
  service,
  session,
  tenant,
} as const;
