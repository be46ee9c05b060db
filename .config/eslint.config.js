import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const realms = {
  selector: "BinaryExpression[operator='instanceof'][right.name=/^(Range|Syntax|System|Type)?Error$/]",
  // A jest file lives in a realm of its own: errors from node:fs are no Error there, and src must act alike in both.
  message: "Ask for `code in e` or util.types.isNativeError: instanceof Error is false across realms.",
};

export default defineConfig(
  { ignores: ["dist/**", "data/**", "coverage/**", "test/fixtures/**"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: new URL("..", import.meta.url).pathname },
    },
    rules: {
      // A daemon dies of what nobody awaits.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "no-restricted-syntax": ["error", realms],
      eqeqeq: "error",
    },
  },
  {
    files: ["src/**"],
    rules: {
      // Standard output belongs to what a command prints, standard error to the log.
      "no-console": "error",
      // A cast that silences the compiler hides the case that was not thought of; `as const` does not.
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
    },
  },
  {
    files: ["test/**"],
    ignores: ["test/support/property.ts"],
    rules: {
      // There its seed is pinned: what fails fails again.
      "no-restricted-imports": ["error", { name: "fast-check", message: "Import fc from test/support/property.ts." }],
    },
  },
  {
    files: ["**/*.js", "**/*.cjs"],
    rules: {
      // The compiler knows which names there are.
      "no-undef": "off",
      // These rules do not see the types that JSDoc gives to what was parsed.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
