// The staff's pages: desk, board and GraphiQL, one multi-page build served from the desk listener's root.
import { rename, rmdir } from "node:fs/promises";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const outDir = resolve(here, "dist/desk");

/** Vite keeps a page's folder in its output path; the desk itself is the root page. */
function deskIsTheRootPage(): Plugin {
  return {
    name: "desk-is-the-root-page",
    apply: "build",
    async closeBundle() {
      await rename(resolve(outDir, "desk/index.html"), resolve(outDir, "index.html"));
      await rmdir(resolve(outDir, "desk"));
    },
  };
}

const server = process.env.LOCKSTEP_DESK ?? "http://127.0.0.1:7081";

export default defineConfig({
  root: here,
  base: "/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [deskIsTheRootPage()],
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2023",
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      // "use client" and "use no memo" in GraphiQL's libraries mean nothing here.
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
      input: {
        desk: resolve(here, "desk/index.html"),
        board: resolve(here, "board/index.html"),
        graphiql: resolve(here, "graphiql/index.html"),
      },
    },
  },
  server: {
    port: 5171,
    proxy: {
      "/graphql": { target: server, ws: true },
      "/session": { target: server },
      "/display-config": { target: server },
    },
  },
});
