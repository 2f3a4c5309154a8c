// Unit tests of every front end: plain logic, no browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{shared,desk,board,graphiql,widget,demo}/**/*.test.ts"],
    environment: "node",
  },
});
