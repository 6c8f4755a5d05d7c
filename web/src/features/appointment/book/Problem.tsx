import { IconAlertTriangle } from "@tabler/icons-react";
import { t } from "@/i18n";
import { errorText } from "@/ui/errorText";

export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={20} aria-hidden />
      <div>
        <p>{errorText(error)}</p>
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            {t("common.retry")}
          </button>
        )}
      </div>
    </div>
  );
}
