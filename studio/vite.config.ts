// The studio's page: built into dist/studio/page, from where the server gives it out. Paths in it are relative, so
// that the same files work below any address.

import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";

const path = (below: string): string => fileURLToPath(new URL(below, import.meta.url));
const server = process.env.GAMELAN_STUDIO ?? "http://127.0.0.1:4263";

/** On a busy machine everything takes its time, and that is no news. */
const checks = { bundlerTimings: false };

export default defineConfig({
  root: path("."),
  base: "./",
  // Of ONNX Runtime without its WebAssembly inside (src/onnx/runtime.ts).
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: path("../dist/studio/page"),
    emptyOutDir: true,
    manifest: true,
    // The studio, and the explorer alone, as `gamelan studio --export` writes it.
    rolldownOptions: {
      input: ["index.html", "explorer.html"].map(path),
      checks,
    },
    target: "es2022",
    // The wasm of ONNX Runtime is large, and nobody waits for it to be measured.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  worker: { format: "es", rolldownOptions: { checks } },
  server: {
    // `npx vite studio` serves the page as it is written, beside `gamelan studio`, which answers what it asks.
    proxy: {
      "/api": {
        target: server,
        changeOrigin: true,
        configure: (proxy) =>
          proxy.on("proxyReq", (request) => {
            for (const name of ["origin", "referer", "sec-fetch-site"]) request.removeHeader(name);
          }),
      },
    },
  },
});
