import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { LineCounts, type SourceLines } from "../../src/decode/line-counts.ts";
import { UncountedSources } from "../../src/server/uncounted-sources.ts";

/** The warnings after each look: what the source has counted by then, and the seconds that have gone by. */
function warningsAt(
  looks: readonly { counted: (lines: SourceLines) => void; seconds: number }[],
): readonly unknown[][] {
  const warnings: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => warnings.push(JSON.parse(line)) });
  const lines = new LineCounts();
  lines.of("logs").accepted = 7;
  const sources = new UncountedSources(["logs"], lines, log);
  return looks.map(({ counted, seconds }) => {
    counted(lines.of("logs"));
    sources.look(1000 * seconds);
    return warnings.splice(0);
  });
}

const rejected = (times: number) => (lines: SourceLines) => {
  for (let i = 0; i < times; i++) lines.reject("a.log", "malformed", "", Buffer.from("{"), 0);
};
const skipped = (times: number) => (lines: SourceLines) => {
  for (let i = 0; i < times; i++) lines.skip("unlabelled");
};
const accepted = (lines: SourceLines): void => {
  lines.accepted++;
};
const nothing = (): void => undefined;

test.each([
  {
    when: "a hundred lines are refused",
    looks: [
      { counted: rejected(99), seconds: 0 },
      { counted: rejected(1), seconds: 1 },
    ],
    named: { lines: 100, reason: "malformed" },
  },
  {
    when: "a minute after the first line none has counted",
    looks: [
      { counted: nothing, seconds: 0 },
      { counted: rejected(1), seconds: 100 },
      { counted: nothing, seconds: 159 },
      { counted: nothing, seconds: 160 },
    ],
    named: { lines: 1, reason: "malformed" },
  },
  {
    when: "most of its lines are skipped",
    looks: [{ counted: (lines: SourceLines) => [rejected(40), skipped(60)].forEach((add) => add(lines)), seconds: 0 }],
    named: { lines: 100, reason: "unlabelled" },
  },
])("a source is named once when $when", ({ looks, named }) => {
  const more = { counted: rejected(1000), seconds: 1000 };
  const seen = warningsAt([...looks, more, more]);
  expect(seen.map((warnings) => warnings.length)).toEqual([...looks.slice(1).map(() => 0), 1, 0, 0]);
  expect(seen[looks.length - 1]).toMatchObject([{ source: "logs", ...named }]);
});

test("a source of which one line has counted is never named", () => {
  const more = { counted: rejected(1000), seconds: 1000 };
  expect(warningsAt([{ counted: accepted, seconds: 0 }, more, more]).flat()).toEqual([]);
});

test("a source without lines is not named, however long", () => {
  const look = { counted: nothing, seconds: 0 };
  expect(warningsAt([look, { ...look, seconds: 10_000 }]).flat()).toEqual([]);
});
