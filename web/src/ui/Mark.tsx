import { useId } from "react";

const CURVE = "C13 22 10 16 16 16S19 10";

/** A day column with one smooth curve through it, in the colour of the text around it. */
export function Mark({ size = 24 }: { size?: number }) {
  const id = useId();
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} fill="none" aria-hidden>
      <mask id={id}>
        <rect width="32" height="32" fill="#fff" />
        <path d={`M1 22${CURVE} 31 10`} stroke="#000" strokeWidth="8" />
      </mask>
      <rect x="8" y="2" width="16" height="28" rx="6" fill="currentColor" mask={`url(#${id})`} />
      <path d={`M3 22${CURVE} 29 10`} stroke="currentColor" strokeWidth="3.4" strokeLinecap="round" />
    </svg>
  );
}
