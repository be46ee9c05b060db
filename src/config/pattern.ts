import { z } from "zod";
import { errorMessage } from "../problem.ts";
import { refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";

/** A regular expression, written as text. */
export const pattern = z
  .string({ error: expected("a regular expression as text") })
  .transform((source, ctx): RegExp => {
    const compiled = compile(source);
    return typeof compiled === "string" ? refuse(ctx, compiled) : compiled;
  });

/** What other engines write, and what to write here, where that can be said. */
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
  // Whatever else is no escape that the older mode knows.
  [/\\[aCeEgGHiIjJKlLmMNoOPpqQRTUVXyYF]|\\u\{/u, ""],
];

/**
 * Unicode mode reads characters and knows `\p{L}`, but refuses needless escapes such as `\-` or `\"`, which log
 * patterns are full of: those are read in the older mode. There any letter may be escaped needlessly as well, so that
 * what means something elsewhere (`\A`, `[[:alpha:]]`) would be taken for something else without a word.
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
  // A backslash that is itself escaped escapes nothing.
  const text = source.replaceAll("\\\\", "  ");
  for (const [form, mend] of foreignForms) {
    const [found] = form.exec(text) ?? [];
    if (found === undefined) continue;
    if (mend === "") return `${why}; leave out what is escaped without need, as "-" is in ${quoted("\\-")}`;
    const instead = quoted(found.replace(form, mend));
    return `${quoted(found)} is not known in the regular expressions of JavaScript; write it like ${instead}`;
  }
  return undefined;
}

/** The names of a pattern's groups, and how many groups it has in all. */
export function groupNames(regex: RegExp): { readonly names: readonly string[]; readonly count: number } {
  // The empty alternative always matches, and a match lists all groups, used or not.
  const match = new RegExp(`${regex.source}|`, regex.flags).exec("");
  return { names: Object.keys(match?.groups ?? {}), count: (match?.length ?? 1) - 1 };
}
