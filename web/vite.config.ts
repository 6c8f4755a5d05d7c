import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": at("./src") } },
  build: {
    target: ["chrome123", "edge123", "firefox121", "safari17.5"],
    // The content security policy allows neither inline scripts nor data: fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: {
        apex: at("./apex.html"),
        app: at("./app.html"),
        book: at("./book.html"),
        platform: at("./platform.html"),
      },
    },
  },
});
