// Unit tests of every front end: plain logic, no browser.
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests speak English.
  resolve: { alias: { "virtual:languages": resolve(import.meta.dirname, "shared/words/no-languages.ts") } },
  test: {
    include: ["{shared,desk,board,graphiql,widget,shared-widget,recorder,display,mirror,demo}/**/*.test.ts"],
    environment: "node",
  },
});
