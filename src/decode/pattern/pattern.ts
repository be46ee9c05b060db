import { isNativeError } from "node:util/types";
import { errorMessage } from "../../problem.ts";
import { re2Package, syntaxPackage } from "./packages.ts";
import { makeProgram, Unproved } from "./program.ts";
import { NotForRe2, writeRe2 } from "./re2-syntax.ts";
import { countReadings } from "./readings.ts";

/** Texts of a match's groups by number, 0 for the whole match; undefined where a group took no part. */
export type Captures = readonly (string | undefined)[];

/** A regular expression whose time is linear in the length of the text. */
export interface Pattern {
  /** The regular expression as JavaScript writes it: `/model=(?<model>\w+)/u`. */
  readonly text: string;
  readonly engine: "V8" | "RE2";
  /** Reason for the engine. */
  readonly reason: string;
  /** Numbers of the groups by name. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** Number of groups that can be read: all named ones, and the first one. */
  readonly groups: number;
  /** Finds the first match. */
  exec(text: string): Captures | null;
}

/**
 * Finds the text of the group `name`, or of the first group where the pattern names none so; undefined when it took no part
 * in a match.
 */
export function groupText(pattern: Pattern, name: string, text: string): string | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const numbers = pattern.names.get(name) ?? [1];
  return numbers.map((number) => match[number]).find((group) => group !== undefined);
}

/**
 * Selects the engine of a regular expression: V8, whose time is exponential or a power of the length for some, where it
 * is proved linear, and otherwise RE2, which always is. Returns the reason when neither takes it.
 */
export function safePattern(regex: RegExp): Pattern | { readonly refused: string } {
  // Flags g and y would keep the last index.
  const flags = regex.flags.replace(/[gy]/gu, "");
  if (flags !== "" && flags !== "u") throw new Error(`no proof for the flags ${flags}`);
  const { source } = regex;
  const { RegExpParser, visitRegExpAST } = syntaxPackage();
  const syntax = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags === "u" });
  const text = `/${source}/${flags}`;
  let reason: string;
  try {
    const readings = countReadings(makeProgram(syntax, flags));
    if (readings.most !== undefined) {
      const groups: (string | undefined)[] = [];
      visitRegExpAST(syntax, { onCapturingGroupEnter: ({ name }) => void groups.push(name ?? undefined) });
      return v8Pattern(new RegExp(source, flags), groups, text, readings.most);
    }
    reason = readings.reason;
  } catch (error) {
    if (!(error instanceof Unproved)) throw error;
    reason = error.message;
  }
  try {
    const { source: re2, groups } = writeRe2(syntax, flags);
    return re2Pattern(re2, groups, text, reason);
  } catch (error) {
    if (error instanceof NotForRe2) return { refused: `may take too long: ${reason}; ${error.message}` };
    return { refused: `may take too long: ${reason}; RE2 refuses it: ${errorMessage(error)}` };
  }
}

type Groups = readonly (string | undefined)[];

function v8Pattern(regex: RegExp, groups: Groups, text: string, readings: number): Pattern {
  const ways = readings === 1 ? "1 way" : `${readings} ways`;
  return {
    text,
    engine: "V8",
    reason: `no line can be read in more than ${ways} at once`,
    names: numbersByName(groups),
    groups: groups.length,
    exec: (line) => {
      try {
        return regex.exec(line);
      } catch (error) {
        // V8's stack is too small for some lines of several megabytes.
        if (isNativeError(error) && error.name === "RangeError") return null;
        throw error;
      }
    },
  };
}

function re2Pattern(source: string, groups: Groups, text: string, reason: string): Pattern {
  const matcher = re2Package().RE2JS.compile(source).matcher("");
  return {
    text,
    engine: "RE2",
    reason,
    names: numbersByName(groups),
    groups: groups.length,
    exec: (line) => {
      if (!matcher.resetMatcherInput(line).find()) return null;
      return Array.from({ length: groups.length + 1 }, (_, number) => matcher.group(number) ?? undefined);
    },
  };
}

function numbersByName(groups: Groups): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const [index, name] of groups.entries()) {
    if (name !== undefined) numbers.set(name, [...(numbers.get(name) ?? []), index + 1]);
  }
  return numbers;
}
