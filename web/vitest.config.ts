// Unit tests of every front end: plain logic, no browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{shared,desk,board,graphiql,widget,shared-widget,recorder,display,mirror,demo}/**/*.test.ts"],
    environment: "node",
  },
});
