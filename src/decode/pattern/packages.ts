import { createRequire } from "node:module";
import type * as Syntax from "@eslint-community/regexpp";
import type * as Re2 from "re2js";

const load = createRequire(import.meta.url);

// Loaded with the first pattern: both packages together take as long as a fifth of a command's start.

/** Loads the parser of JavaScript's regular expressions. */
export function syntaxPackage(): typeof Syntax {
  const loaded: unknown = load("@eslint-community/regexpp");
  if (isSyntaxPackage(loaded)) return loaded;
  throw new Error("the package @eslint-community/regexpp has no RegExpParser");
}

/** Loads the RE2 engine. */
export function re2Package(): typeof Re2 {
  const loaded: unknown = load("re2js");
  if (isRe2Package(loaded)) return loaded;
  throw new Error("the package re2js has no RE2JS");
}

function isSyntaxPackage(loaded: unknown): loaded is typeof Syntax {
  return typeof loaded === "object" && loaded !== null && "RegExpParser" in loaded;
}

function isRe2Package(loaded: unknown): loaded is typeof Re2 {
  return typeof loaded === "object" && loaded !== null && "RE2JS" in loaded;
}
