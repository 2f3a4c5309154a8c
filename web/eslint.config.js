// Lint rules of every front end: typescript-eslint strict, and promises are never dropped silently.
import tseslint from "typescript-eslint";

/** Front ends whose texts all stand in the catalogue (also held, text by text, by `shared/words/catalogue.test.ts`). */
const moved = ["widget", "display", "desk", "board", "graphiql", "shared/ui", "shared/session", "shared/display", "shared/live"];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "**/*.d.ts"] },
  {
    files: ["**/*.{ts,tsx}"],
    ignores: ["**/vite.config.ts", "vitest.config.ts"],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-console": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  ...moved.map((folder) => ({
    files: [`${folder}/**/*.tsx`],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "JSXText[value=/[A-Za-z]{2}/]", message: "Texts stand in shared/words/en.json: say(key)." },
        { selector: "JSXAttribute[name.name=/^(title|alt|placeholder|label|aria-label|does|what)$/] > Literal[value=/[A-Za-z]{2}/]", message: "Texts stand in shared/words/en.json: say(key)." },
      ],
    },
  })),
);
