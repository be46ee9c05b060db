import { inspect } from "node:util";
import type { z } from "zod";

/** Message of an invalid value, as zod's `error` option. */
type Message = (issue: { readonly input?: unknown }) => string;

/** Message `expected WHAT, got VALUE`, or `missing; expected WHAT` without a value. */
export function expected(what: string): Message {
  return ({ input }) => (input === undefined ? `missing; expected ${what}` : `expected ${what}, got ${show(input)}`);
}

/** Message `expected "a", "b" or "c", got VALUE`, with the result of `suggest` for the value. */
export function expectedOneOf(words: readonly string[], suggest: (word: string) => string | undefined): Message {
  const all = words.map(quoted);
  const last = all.pop() ?? "";
  const plain = expected(all.length === 0 ? last : `${all.join(", ")} or ${last}`);
  return (issue) => {
    const near = typeof issue.input === "string" ? suggest(issue.input) : undefined;
    return near === undefined ? plain(issue) : `${plain(issue)}; did you mean ${quoted(near)}?`;
  };
}

/** Default message of schemas without their own. */
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

/** Formats a value for a message: short, on one line. */
function show(value: unknown): string {
  const inspected = { depth: 1, breakLength: Infinity, compact: true, customInspect: false };
  const text = typeof value === "string" ? quoted(value) : inspect(value, inspected).replaceAll(/\s+/gu, " ");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Quotes and escapes a text. */
export function quoted(word: string): string {
  return JSON.stringify(word);
}
