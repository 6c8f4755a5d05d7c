import { Loader } from "@mantine/core";
import "./table.css";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { t } from "@/i18n";
import { Refused } from "./Refused";

interface Props {
  signup: {
    state: "WAITING" | "MAKING" | "READY" | "FAILED";
    steps: { name: string; done: boolean }[] | null;
    problem?: string | null;
  };
}

/** How far the making of a business is, step by step. */
export function Progress({ signup: { state, steps, problem } }: Props) {
  const current = (steps ?? []).find(({ done }) => !done);
  return (
    <>
      <ol className="progress" aria-live="polite">
        {(steps ?? []).map((step) => (
          <li key={step.name} data-done={step.done}>
            {step.done ? (
              <IconCheck size={20} aria-hidden />
            ) : step === current && state !== "FAILED" ? (
              <Loader size={18} aria-hidden />
            ) : (
              <IconCircle size={20} aria-hidden />
            )}
            {step.name}
            {step.done && <span className="visually-hidden">{t("door.rules.kept")}</span>}
          </li>
        ))}
      </ol>
      {state === "FAILED" && <Refused>{problem ?? t("common.error.unknown")}</Refused>}
    </>
  );
}
