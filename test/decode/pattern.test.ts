import { RegExpParser } from "@eslint-community/regexpp";
import { describe, expect, test } from "@jest/globals";
import { RE2JS } from "re2js";
import { safePattern } from "../../src/decode/pattern/pattern.ts";
import { makeProgram, Unproved, type Program } from "../../src/decode/pattern/program.ts";
import { NotForRe2, writeRe2 } from "../../src/decode/pattern/re2-syntax.ts";
import { countReadings } from "../../src/decode/pattern/readings.ts";
import fc from "../support/property.ts";

describe("the engine of a regular expression", () => {
  test.each([
    { regex: /^(?<model>\S+) (?<prediction>\S+) (?<label>\S+)$/u, ways: "2 ways" },
    { regex: /model=(?<model>\w+) pred=(?<prediction>\w+) label=(?<label>\w+)/u, ways: "4 ways" },
    { regex: /\/models\/(?<model>[^/]+)\//u, ways: "4 ways" },
    { regex: /-(\w+)\.jsonl$/u, ways: "3 ways" },
    { regex: /^INFO (?<time>\S+ \S+) (?<model>\S+) \S+ (?<id>\S+) -- scored pred=(?<pred>\S+)/u, ways: "2 ways" },
    { regex: /^x="(?<text>[^"\\]*(?:\\.[^"\\]*)*)"$/u, ways: "3 ways" },
    { regex: /^(?:(?:a|b)*c|d)*e/u, ways: "5 ways" },
    { regex: /(?<first>\S+)/u, ways: "1 way" },
    { regex: /^(?<word>\w{1,200}) (?<other>\w{1,500})$/u, ways: "2 ways" },
    { regex: /model=(?!none)(?<model>\w+)/u, ways: "3 ways" },
    { regex: new RegExp(String.raw`\"a\-b=(?<model>\w+)`), ways: "2 ways" },
    // One of both sets holds each character, the last one included.
    { regex: /^\S+?|.*?\s+?/u, ways: "3 ways" },
  ])("$regex is proved linear and runs on V8, as it has at most $ways open", ({ regex, ways }) => {
    const reason = `no line can be read in more than ${ways} at once`;
    expect(safePattern(regex)).toMatchObject({ engine: "V8", text: String(regex), reason });
  });

  test.each([
    { regex: /^(\w+=\S+\s*)+model=(?<model>\w+) (?<prediction>\w+) (?<label>\w+)$/u, what: "nested repetitions" },
    { regex: /pred=(?<prediction>.+) label=(?<label>.+) id=(?<id>\S+)/u, what: "an innocent look" },
    { regex: /\/(?<model>([a-z]+-?)+)\.jsonl$/u, what: "nested repetitions on paths" },
    { regex: /(?<name>[^/]+)\.jsonl$/u, what: "a search that starts anywhere" },
    { regex: /\s+$/u, what: "blanks at the end" },
    { regex: /(?:a|a|b)*c/u, what: "alternatives that overlap" },
    { regex: /^(?:a?){30}a{30}$/u, what: "optional parts in a row" },
    { regex: /^(?<model>.*),(?<label>.*)$/u, what: "two repetitions of anything" },
    { regex: /x\w{1,1000}y/u, what: "long repetitions" },
    { regex: /^.*?a.*?b.*?c$/u, what: "lazy repetitions" },
    { regex: /(?:\p{L}+ ?)+:/u, what: "letters of all scripts" },
    { regex: /^.*\ba.*\bc$/u, what: "word boundaries" },
  ])("$regex, with $what, runs on RE2: some line opens too many ways for V8", ({ regex }) => {
    const reason = expect.stringMatching(/^a line like ".+" can be read in more than 64 ways at once$/u);
    expect(safePattern(regex)).toMatchObject({ engine: "RE2", text: String(regex), reason });
  });

  test.each([
    { regex: /(?<a>\w)\k<a>/u, says: /^may take too long: the back-reference .* RE2 has no back-references/u },
    { regex: /(?<!x)(?<a>\w)/u, says: /^may take too long: the look-behind .* RE2 has no look-around/u },
    {
      regex: /(?=.*;)(?<a>.+),(?<b>.+);/u,
      says: /more than 64 ways at once; RE2 has no look-around; write .* without/u,
    },
    { regex: /(?:\w*)*,(?<a>.)/u, says: /a round of .* may match nothing; RE2 reads rounds/u },
    { regex: /^(?:a=(?<a>\w+) ?|\w+=\S+ ?)+$/u, says: /RE2 keeps the text of \(\?<a>\\w\+\) from an earlier round/u },
    { regex: /(?:(?<a>x)?\w+\s*)+,/u, says: /RE2 keeps the text of \(\?<a>x\) from an earlier round/u },
    { regex: /(?<a>\w+)\w{2000},/u, says: /RE2 refuses it: .*repe/u },
  ])("$regex is refused with what would mend it", ({ regex, says }) => {
    expect(safePattern(regex)).toEqual({ refused: expect.stringMatching(says) });
  });

  test.each(["pred=(?<p>.+) label=(?<l>.+) id=(?<i>\\S+)", "^(\\w+=\\S+\\s*)+model=(?<m>\\w+) (?<p>\\w+) (?<l>\\w+)$"])(
    "a line of 64 KiB takes RE2 milliseconds for %s",
    (source) => {
      const pattern = safePattern(new RegExp(source, "u"));
      if ("refused" in pattern) throw new Error(pattern.refused);
      const lines = ["pred=a label=b ", "pred=", " label=", "a=a="].map((part) => part.repeat(65_536 / part.length));
      const started = performance.now();
      for (const line of lines) expect(pattern.exec(line)).toBeNull();
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  test("a line that is too long for V8's stack does not match", () => {
    const pattern = safePattern(/^(?:\w=\w )+x/u);
    if ("refused" in pattern) throw new Error(pattern.refused);
    expect(pattern.engine).toBe("V8");
    expect(pattern.exec("a=b ".repeat(5_000_000))).toBeNull();
  });
});

/** Parts of the patterns below; the small alphabet makes them meet. */
const part = fc.oneof(
  fc.constantFrom("a", "b", "1", " ", "é", "\\x20", "\\t", "\\/"),
  fc.constantFrom("\\w", "\\W", "\\d", "\\D", "\\s", "\\S", ".", "[ab]", "[^a]", "[^]", "[\\s1]", "[a-é]", "\\u2028"),
);
const assertion = fc.constantFrom("^", "$", "\\b", "\\B");
const times = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??", "{0,2}?");

/** Regular expressions of a few parts; each `(` is a named group of its own. */
const { source: sources } = fc.letrec<{ source: string; item: string }>((tie) => ({
  source: fc
    .array(fc.array(tie("item"), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 })
    .map((alternatives) => alternatives.map((items) => items.join("")).join("|")),
  item: fc.oneof(
    { maxDepth: 3, depthIdentifier: "regex" },
    fc.tuple(part, times).map(([one, often]) => one + often),
    assertion,
    fc.tuple(tie("source"), times).map(([inner, often]) => `(${inner})${often}`),
    fc.tuple(tie("source"), times).map(([inner, often]) => `(?:${inner})${often}`),
    fc.tuple(part, part, times).map(([one, other, often]) => `(?:(${one})|${other})${often}`),
  ),
}));

const regexes = fc.tuple(sources, fc.constantFrom("u", "")).map(([source, flags]) => {
  let groups = 0;
  return new RegExp(
    source.replaceAll(/\((?!\?)/gu, () => `(?<g${groups++}>`),
    flags,
  );
});
const unit = fc.constantFrom("a", "b", "1", " ", "é", "\t", "\u2028", "\u00a0", "\r", "ſ", "_", "-");
const lines = fc.array(fc.oneof({ weight: 20, arbitrary: unit }, fc.constant("\u{1f600}")), { maxLength: 12 });

function parsed(regex: RegExp) {
  const unicode = regex.flags === "u";
  return new RegExpParser().parsePattern(regex.source, 0, regex.source.length, { unicode });
}

/** What a function gives; undefined when it throws an error of this kind. */
function attempt<T>(give: () => T, kind: new () => Error): T | undefined {
  try {
    return give();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}

test("both engines find the same groups in every line, for all patterns that RE2 is given", () => {
  let compared = 0;
  fc.assert(
    fc.property(regexes, fc.array(lines, { minLength: 5, maxLength: 5 }), (regex, texts) => {
      const syntax = attempt(() => writeRe2(parsed(regex), regex.flags), NotForRe2);
      if (syntax === undefined) return;
      const re2 = RE2JS.compile(syntax.source);
      for (const units of texts) {
        // By code units, which a pattern without the flag u is read by, half a character can match.
        const text = units.filter((one) => regex.flags === "u" || one.length === 1).join("");
        const matcher = re2.matcher(text);
        const groups = matcher.find() ? [matcher.group(), ...syntax.groups.map((_, i) => matcher.group(i + 1))] : null;
        const found = regex.exec(text);
        expect(groups).toEqual(found === null ? null : [...found].map((group: string | undefined) => group ?? null));
        compared++;
      }
    }),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(500);
});

/** Searches as a backtracking engine does; gives where the match ends and how many characters it has tried to take. */
function search(program: Program, text: readonly string[], passes: (at: number) => boolean) {
  let taken = 0;
  const from = (number: number, at: number): number | undefined => {
    const step = program.steps[number];
    switch (step?.kind) {
      case undefined:
        return undefined;
      case "match":
        return at;
      case "start":
        return at === 0 ? from(step.next, at) : undefined;
      case "condition":
        return passes(at) ? from(step.next, at) : undefined;
      case "either":
        for (const next of step.next) {
          const end = from(next, at);
          if (end !== undefined) return end;
        }
        return undefined;
      case "take": {
        taken++;
        const code = text[at]?.codePointAt(0);
        const isIn = program.sets[step.set]?.some(([a, b]) => code !== undefined && a <= code && code <= b) === true;
        return isIn ? from(step.next, at + 1) : undefined;
      }
    }
  };
  for (let start = 0; start <= text.length; start++) {
    const end = from(program.first, start);
    if (end !== undefined) return { end, taken };
  }
  return { end: undefined, taken };
}

test("a proved pattern never takes more steps than its proof says, and its program matches what V8 matches", () => {
  let proved = 0;
  fc.assert(
    fc.property(
      regexes,
      fc.array(lines, { minLength: 5, maxLength: 5 }),
      fc.array(fc.boolean(), { minLength: 15 }),
      (regex, texts, conditions) => {
        const program = attempt(() => makeProgram(parsed(regex), regex.flags), Unproved);
        const most = program && countReadings(program).most;
        if (program === undefined || most === undefined) return;
        proved++;
        const hasConditions = program.steps.some(({ kind }) => kind === "condition");
        for (const units of texts) {
          const text = regex.flags === "u" ? units : units.flatMap((one) => one.split(""));
          const { end, taken } = search(program, text, (at) => conditions[at] === true);
          expect(taken).toBeLessThanOrEqual(most * (text.length + 1));
          if (hasConditions) continue;
          const match = regex.exec(text.join(""));
          expect(end === undefined ? undefined : text.slice(0, end).join("").length).toBe(
            match === null ? undefined : match.index + match[0].length,
          );
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(proved).toBeGreaterThan(200);
});
