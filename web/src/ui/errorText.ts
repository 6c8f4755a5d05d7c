import { isApiError } from "@/api/error";
import { t } from "@/i18n";

/** What to tell people about a failure: the server's own sentence for what they can act on, else ours. */
export function errorText(error: unknown): string {
  if (!isApiError(error)) return t("common.error.unknown");
  if (error.status === 0) return t("common.error.unreachable");
  if (error.code === "reauth_required") return t("common.error.reauth");
  if (error.status < 500 && error.message) return error.message;
  return error.requestId ? t("common.error.withId", { id: error.requestId }) : t("common.error.unknown");
}
