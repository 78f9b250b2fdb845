import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Lays a compressed twin of each kind beside whatever is text, for `gateway` to send as it is. */
function compressed(): Plugin {
  const text = /\.(js|css|html)$/;
  // One step more costs the build seconds and spares the browser a twentieth.
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const files = Object.values(bundle).filter(({ fileName }) => text.test(fileName));
      await Promise.all(
        files.map(async (file) => {
          const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
          const path = join(dir, file.fileName);
          await writeFile(`${path}.br`, await promisify(brotliCompress)(content, quality));
          await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
        }),
      );
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: "es2023",
    // Fonts stay files: inlined they would block the first paint and need a wider content policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs comes in two pieces: they compress better than thirty, and the larger one stays in
          // the browser's cache from one version to the next.
          groups: [
            { name: "libraries", tags: ["$initial"], test: /node_modules.*\.m?js$/ },
            { name: "desk", tags: ["$initial"] },
          ],
        },
      },
      // access declares its schemas beside the words the desk needs: unused, they and their library are left out.
      treeshake: { moduleSideEffects: [{ test: /packages\/access|typebox/, sideEffects: false }] },
    },
  },
});
