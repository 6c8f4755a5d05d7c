import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, take } from "@/api/client";
import { t } from "@/i18n";
import { useFragment } from "@/lib/fragment";
import { relativePath } from "@/lib/links";
import { RowsSkeleton } from "@/ui/States";
import { Door } from "./Door";

// One code, one question: the effect runs twice in development.
const started = new Set<string>();

/** Where the platform's people arrive to see a business as one of its people does. */
export default function HandoffPage() {
  const code = useFragment();
  const { mutate, isError } = useMutation({
    mutationFn: () => take(api.POST("/api/v1/session/handoff", { body: { code } })),
    onSuccess: ({ redirect_url }) => {
      // A whole new page: nothing of a session that was here before may remain.
      window.location.replace(relativePath(redirect_url, "/app"));
    },
  });
  useEffect(() => {
    if (!code || started.has(code)) return;
    started.add(code);
    mutate();
  }, [code, mutate]);
  if (!code || isError) return <Door title={t("door.handoff.failed")} hint={t("door.handoff.failedHint")} />;
  return (
    <Door title={t("door.handoff.title")}>
      <div className="form">
        <RowsSkeleton rows={1} />
      </div>
    </Door>
  );
}
