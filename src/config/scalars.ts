import { isAbsolute } from "node:path";
import { z } from "zod";
import { classText } from "../decode/canonical-class.ts";
import { addressMeant, isAddress } from "./address.ts";
import { nearest } from "./nearest.ts";
import { expected, expectedOneOf, quoted } from "./messages.ts";

/** A text that is not empty. Refined, since zod's `min` would also speak of an empty list that stands in its place. */
export function text(what = "a text") {
  const error = expected(what);
  return z
    .string({ error })
    .refine((value) => value !== "", { error, abort: true })
    .meta({ minLength: 1 });
}

/** A list of at least one item; `what` is the list, `item` one of it. */
export function listOf<Item extends z.ZodType>(schema: Item, what: string, item: string) {
  return z
    .array(schema, { error: expected(what) })
    .refine((list) => list.length > 0, { error: `expected at least one ${item}` })
    .meta({ minItems: 1 });
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: expectedOneOf(words, (word) => nearest(word, words)) });
}

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number) {
  const error = expected(`a whole number from ${min} to ${max}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A fixed value, as text: `0` and `true` as a log writes them. */
export const word = z
  .union([z.string(), z.number(), z.boolean()], { error: expected("a text, a number, true or false") })
  .transform(String);

/** A class, spelt as the classes of a log are. */
export const className = word.transform(classText);

/** An http or https address. */
export const webAddress = text("an http:// or https:// address").refine(isWebAddress, {
  error: expected("an http:// or https:// address"),
});

function isWebAddress(value: string): boolean {
  return /^https?:\/\//u.test(value) && URL.canParse(value);
}

/** An http or https address without a password in it; `fileKey` is the option that takes one from a file. */
export function publicAddress(fileKey: string) {
  return webAddress.refine((value) => !/^https?:\/\/[^/?#]*@/u.test(value), {
    error: `a secret does not stand in the config; write the address to a file and name the file with "${fileKey}"`,
  });
}

/** The absolute path of a file that another program reads. */
export const absoluteFile = text("an absolute path").refine((value) => isAbsolute(value), {
  error: expected("an absolute path, since another program reads that file"),
});

const anAddress = expected('an address like "127.0.0.1:9090"');

/** `host:port`. */
export const hostPort = text('an address like "127.0.0.1:9090"').refine(isAddress, {
  error: (issue) => {
    const meant = typeof issue.input === "string" ? addressMeant(issue.input) : undefined;
    return meant === undefined ? anAddress(issue) : `${anAddress(issue)}; did you mean ${quoted(meant)}?`;
  },
});

/** The version of a program, as `"2.42"` or `"2.42.0"`, as [major, minor]; without quotes YAML would read 2.50 as 2.5. */
export function version(like: string) {
  const error = expected(`a version in quotes, like "${like}"`);
  return z.string({ error }).transform((value, ctx): readonly [number, number] => {
    const match = /^v?(\d{1,4})\.(\d{1,4})(?:\.\d+)?$/u.exec(value);
    if (match === null) ctx.addIssue({ code: "custom", message: error({ input: value }) });
    return [Number(match?.[1]), Number(match?.[2])];
  });
}
