import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { isApiError } from "@/api/error";
import { t } from "@/i18n";
import { useFragment } from "@/lib/fragment";
import { errorText } from "@/ui/errorText";
import { Refused } from "@/ui/Refused";
import { Door, Expired, ToLoginLink } from "./Door";

/** Confirms a new address, or takes the change back; a mail program that only looks at the link does neither. */
export default function EmailPage({ undo }: { undo: boolean }) {
  const token = useFragment();
  const words = undo ? "undo" : "confirm";
  const save = useMutation({
    mutationFn: () => {
      const body = { token };
      return undo
        ? take(api.POST("/api/v1/auth/email/undo", { body }))
        : take(api.POST("/api/v1/auth/email/confirm", { body }));
    },
  });
  if (!token || isApiError(save.error, "link_expired")) return <Expired />;
  if (save.isSuccess)
    return (
      <Door
        title={t(`door.email.${words}.done`)}
        hint={t(`door.email.${words}.doneHint`)}
        foot={<ToLoginLink />}
      />
    );
  return (
    <Door title={t(`door.email.${words}.title`)} hint={t(`door.email.${words}.hint`)}>
      <div className="form">
        {save.error && <Refused>{errorText(save.error)}</Refused>}
        <Button
          size="md"
          fullWidth
          loading={save.isPending}
          onClick={() => {
            save.mutate();
          }}
        >
          {t(`door.email.${words}.submit`)}
        </Button>
      </div>
    </Door>
  );
}
