import { inspect } from "node:util";
import type { z } from "zod";

/** Gives the sentence for a value that does not fit; what zod takes as `error`. */
type Wording = (issue: { readonly input?: unknown }) => string;

/** `expected WHAT, got VALUE`, or `missing; expected WHAT` where there is no value. */
export function expected(what: string): Wording {
  return ({ input }) => (input === undefined ? `missing; expected ${what}` : `expected ${what}, got ${show(input)}`);
}

/** `expected "a", "b" or "c", got VALUE`, with the word that `suggest` finds for what was written. */
export function expectedOneOf(words: readonly string[], suggest: (word: string) => string | undefined): Wording {
  const all = words.map(quoted);
  const last = all.pop() ?? "";
  const plain = expected(all.length === 0 ? last : `${all.join(", ")} or ${last}`);
  return (issue) => {
    const near = typeof issue.input === "string" ? suggest(issue.input) : undefined;
    return near === undefined ? plain(issue) : `${plain(issue)}; did you mean ${quoted(near)}?`;
  };
}

/** The sentence for what a schema has no wording of its own for. */
export function wording(issue: z.core.$ZodRawIssue): string {
  const what = issue.code === "invalid_type" ? kinds[issue.expected] : undefined;
  return expected(what ?? "something else")(issue);
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** A value as a message shows it: short, on one line. */
function show(value: unknown): string {
  const inspected = { depth: 1, breakLength: Infinity, compact: true, customInspect: false };
  const text = typeof value === "string" ? quoted(value) : inspect(value, inspected).replaceAll(/\s+/gu, " ");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A word in double quotes, with what is in it escaped. */
export function quoted(word: string): string {
  return JSON.stringify(word);
}
