import { access, audit } from "./en/audit";
import { account } from "./en/account";
import { apex } from "./en/apex";
import { appointment } from "./en/appointment";
import { booking } from "./en/booking";
import { business, domain } from "./en/domain";
import { common } from "./en/common";
import { door } from "./en/door";
import { grant } from "./en/grant";
import { masquerade } from "./en/masquerade";
import { nav } from "./en/nav";
import { people } from "./en/people";
import { platformConsole } from "./en/console";
import { customer, location, outbox, resource, service } from "./en/settings";
import { session, tenant } from "./en/session";
import { signup } from "./en/signup";

export const en = {
  access,
  account,
  apex,
  appointment,
  audit,
  booking,
  business,
  common,
  console: platformConsole,
  customer,
  domain,
  door,
  grant,
  location,
  masquerade,
  nav,
  outbox,
  people,
  resource,
  service,
  session,
  signup,
  tenant,
} as const;
