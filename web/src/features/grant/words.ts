import { t } from "@/i18n";
import { grant } from "@/i18n/en/grant";

type Known = keyof typeof grant.action;

/** Everything that can be granted, by whomever. */
export const ACTIONS = Object.keys(grant.action) as Known[];

/** What a grant lets somebody do, in a few words. */
export function actionName(action: string): string {
  return action in grant.action ? t(`grant.action.${action as Known}`) : action.replaceAll("_", " ");
}
