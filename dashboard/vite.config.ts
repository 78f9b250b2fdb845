import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // Fonts stay files: inlined they would block the first paint and need a wider content policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // access declares its schemas beside the words the desk needs: unused, they and their library are left out.
      treeshake: { moduleSideEffects: [{ test: /packages\/access|typebox/, sideEffects: false }] },
    },
  },
});
