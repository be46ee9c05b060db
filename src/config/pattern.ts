import * as z from "zod";
import { safePattern, type Pattern } from "../decode/pattern/pattern.ts";
import { errorMessage } from "../problem.ts";
import { refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";

/** Schema of a regular expression as text. */
export const pattern = z
  .string({ error: expected("a regular expression as text") })
  .transform((source, ctx): Pattern => {
    const compiled = compile(source);
    if (typeof compiled === "string") return refuse(ctx, compiled);
    const safe = safePattern(compiled);
    return "refused" in safe ? refuse(ctx, safe.refused) : safe;
  });

/** Syntax of other regex engines, with the JavaScript equivalent where there is one. */
const foreignForms: readonly (readonly [form: RegExp, mend: string])[] = [
  [/\(\?P<(\w+)>/u, "(?<$1>"],
  [/\(\?'(\w+)'/u, "(?<$1>"],
  [/\(\?P=(\w+)\)/u, "\\k<$1>"],
  [/\(\?[imsxuU]+\)/u, "[Ee]rror"],
  [/\(\?[imsxuU]+:/u, "(?:"],
  [/\(\?>/u, "(?:"],
  [/\[:\^?[a-z]+:\]/u, "A-Za-z"],
  [/\\A/u, "^"],
  [/\\[zZ]/u, "$"],
  [/\\h/u, "[ \\t]"],
  // Other escapes that mode without `u` would misread.
  [/\\[aCeEgGHiIjJKlLmMNoOPpqQRTUVXyYF]|\\u\{/u, ""],
];

/**
 * Compiles a pattern in Unicode mode, which matches characters and supports `\p{L}`, or else in the legacy mode, which
 * accepts needless escapes (`\-`, `\"`) that log patterns are full of. As the legacy mode would silently misread syntax
 * of other engines (`\A`, `[[:alpha:]]`), that is rejected first.
 */
function compile(source: string): RegExp | string {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    const foreign = foreignForm(source, errorMessage(error));
    if (foreign !== undefined) return foreign;
  }
  try {
    return new RegExp(source);
  } catch (error) {
    return errorMessage(error);
  }
}

function foreignForm(source: string, why: string): string | undefined {
  // Remove escaped backslashes, which escape nothing.
  const text = source.replaceAll("\\\\", "  ");
  for (const [form, mend] of foreignForms) {
    const [found] = form.exec(text) ?? [];
    if (found === undefined) continue;
    if (mend === "") return `${why}; remove needless escapes, such as ${quoted("\\-")} for "-"`;
    const instead = quoted(found.replace(form, mend));
    return `${quoted(found)} is not supported in JavaScript regular expressions; write ${instead}`;
  }
  return undefined;
}
