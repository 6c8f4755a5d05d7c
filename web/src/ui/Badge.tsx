import type { ReactNode } from "react";

export type Tone =
  "grey" | "blue" | "amber" | "red" | "green" | "teal" | "purple" | "indigo" | "cyan" | "lime";

export function Badge({
  tone = "grey",
  struck,
  children,
}: {
  tone?: Tone;
  struck?: boolean;
  children: ReactNode;
}) {
  return (
    <span className="badge" data-tone={tone} data-struck={struck}>
      {children}
    </span>
  );
}
