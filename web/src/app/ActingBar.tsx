import "@/i18n/inside";

// With its texts, which the public pages don't have.
export { MasqueradeBar as default } from "@/features/masquerade/MasqueradeBar";
