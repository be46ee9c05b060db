import { isAbsolute } from "node:path";
import * as z from "zod";
import { canonicalClass } from "../decode/canonical-class.ts";
import { suggestAddress, isAddress } from "./address.ts";
import { nearest } from "./nearest.ts";
import { expected, expectedOneOf, quoted } from "./messages.ts";

/** Schema of a non-empty text; refined, since zod's `min` would also report an empty list. */
export function text(what = "a text") {
  const error = expected(what);
  return z
    .string({ error })
    .refine((value) => value !== "", { error, abort: true })
    .meta({ minLength: 1 });
}

/** Schema of a non-empty list; `what` describes the list, `item` an item. */
export function listOf<Item extends z.ZodType>(schema: Item, what: string, item: string) {
  return z
    .array(schema, { error: expected(what) })
    .refine((list) => list.length > 0, { error: `expected at least one ${item}` })
    .meta({ minItems: 1 });
}

/** Schema of one of several words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: expectedOneOf(words, (word) => nearest(word, words)) });
}

/** Schema of an integer from `min` to `max`, inclusive. */
export function integer(min: number, max: number) {
  const error = expected(`a whole number from ${min} to ${max}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** Schema of a scalar, converted to text as in a log. */
export const word = z
  .union([z.string(), z.number(), z.boolean()], { error: expected("a text, a number, true or false") })
  .transform(String);

/** Schema of a class, made canonical as in a log. */
export const className = word.transform(canonicalClass);

/** Schema of an http or https address. */
export const webAddress = text("an http:// or https:// address").refine(isWebAddress, {
  error: expected("an http:// or https:// address"),
});

function isWebAddress(value: string): boolean {
  return /^https?:\/\//u.test(value) && URL.canParse(value);
}

/** Schema of an http or https address without a password; `fileKey` is the option for a file with the address. */
export function publicAddress(fileKey: string) {
  return webAddress.refine((value) => !/^https?:\/\/[^/?#]*@/u.test(value), {
    error: `secrets are not allowed in the config; write the address to a file and set "${fileKey}"`,
  });
}

/** Schema of the absolute path of a file that another program reads. */
export const absoluteFile = text("an absolute path").refine((value) => isAbsolute(value), {
  error: expected("an absolute path, since another program reads that file"),
});

const anAddress = expected('an address like "127.0.0.1:9090"');

/** Schema of `host:port`. */
export const hostPort = text('an address like "127.0.0.1:9090"').refine(isAddress, {
  error: (issue) => {
    const meant = typeof issue.input === "string" ? suggestAddress(issue.input) : undefined;
    return meant === undefined ? anAddress(issue) : `${anAddress(issue)}; did you mean ${quoted(meant)}?`;
  },
});

/** Schema of a version (`"2.42"`, `"2.42.0"`) as [major, minor]; quoted, since YAML would read 2.50 as 2.5. */
export function version(like: string) {
  const error = expected(`a version in quotes, like "${like}"`);
  return z.string({ error }).transform((value, ctx): readonly [number, number] => {
    const match = /^v?(\d{1,4})\.(\d{1,4})(?:\.\d+)?$/u.exec(value);
    if (match === null) ctx.addIssue({ code: "custom", message: error({ input: value }) });
    return [Number(match?.[1]), Number(match?.[2])];
  });
}
