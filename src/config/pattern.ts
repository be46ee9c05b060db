import { z } from "zod";
import { errorMessage } from "../problem.ts";
import { refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

/** A regular expression, written as text. */
export const pattern = z
  .string({ error: expected("a regular expression as text") })
  .transform((source, ctx): RegExp => {
    const compiled = compile(source);
    return typeof compiled === "string" ? refuse(ctx, compiled) : compiled;
  });

/**
 * Unicode mode reads characters and knows `\p{L}`, but refuses needless escapes such as `\-` or `\"`, which log
 * patterns are full of: those are read in the older mode.
 */
function compile(source: string): RegExp | string {
  try {
    return new RegExp(source, "u");
  } catch {
    try {
      return new RegExp(source);
    } catch (error) {
      return errorMessage(error);
    }
  }
}

/** The names of a pattern's groups, and how many groups it has in all. */
export function groupNames(regex: RegExp): { readonly names: readonly string[]; readonly count: number } {
  // The empty alternative always matches, and a match lists all groups, used or not.
  const match = new RegExp(`${regex.source}|`, regex.flags).exec("");
  return { names: Object.keys(match?.groups ?? {}), count: (match?.length ?? 1) - 1 };
}
