import i18next from "i18next";
import "./index";
import { account } from "./en/account";
import { access, audit } from "./en/audit";
import { platformConsole } from "./en/console";
import { business, domain } from "./en/domain";
import { door } from "./en/door";
import { grant } from "./en/grant";
import { masquerade } from "./en/masquerade";
import { nav } from "./en/nav";
import { people } from "./en/people";
import { session, tenant } from "./en/session";
import { customer, location, outbox, resource, service } from "./en/settings";
import { signup } from "./en/signup";

const inside = {
  access,
  account,
  audit,
  business,
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

export type Inside = typeof inside;

i18next.addResourceBundle("en", "translation", inside, true);
