import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { parseConfig } from "../../src/config/parse.ts";
import { arrayOverLines } from "../../src/decode/format-json.ts";
import { LineStats, type SourceLineStats } from "../../src/decode/line-stats.ts";
import { SourceMismatchCheck } from "../../src/server/source-mismatch.ts";

/** The warnings after each look: what the source has counted by then, and the seconds that have gone by. */
function warningsAt(
  looks: readonly { counted: (lines: SourceLineStats) => void; seconds: number }[],
  source: object = {},
): readonly unknown[][] {
  const warnings: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => warnings.push(JSON.parse(line)) });
  const lines = new LineStats();
  lines.of("logs").accepted = 7;
  const config = parseConfig({ sources: [{ name: "logs", files: ["a.log"], ...source }] }, "/etc/config.json", {});
  const sources = new SourceMismatchCheck(config, lines, log);
  return looks.map(({ counted, seconds }) => {
    counted(lines.of("logs"));
    sources.check(1000 * seconds);
    return warnings.splice(0);
  });
}

const rejected = (times: number) => (lines: SourceLineStats) => {
  for (let i = 0; i < times; i++) lines.reject("a.log", "malformed", "", Buffer.from("{"), 0);
};
const skipped = (times: number) => (lines: SourceLineStats) => {
  for (let i = 0; i < times; i++) lines.skip("unlabelled");
};
const accepted = (lines: SourceLineStats): void => {
  lines.accepted++;
};
const untimed = (times: number) => (lines: SourceLineStats) => {
  lines.accepted += times;
  lines.untimed += times;
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
    looks: [
      { counted: (lines: SourceLineStats) => [rejected(40), skipped(60)].forEach((add) => add(lines)), seconds: 0 },
    ],
    named: { lines: 100, reason: "unlabelled" },
  },
])("a source is named once when $when", ({ looks, named }) => {
  const more = { counted: rejected(1000), seconds: 1000 };
  const seen = warningsAt([...looks, more, more]);
  expect(seen.map((warnings) => warnings.length)).toEqual([...looks.slice(1).map(() => 0), 1, 0, 0]);
  expect(seen[looks.length - 1]).toMatchObject([{ source: "logs", ...named }]);
});

test("a source of which lines counted is named once more after a minute in which none did, until they count again", () => {
  const seen = warningsAt([
    { counted: accepted, seconds: 0 },
    { counted: rejected(1000), seconds: 10 },
    { counted: rejected(1), seconds: 69 },
    { counted: rejected(1), seconds: 70 },
    { counted: rejected(1000), seconds: 1000 },
    { counted: accepted, seconds: 1001 },
    { counted: nothing, seconds: 1002 },
  ]);
  expect(seen.map((warnings) => warnings.length)).toEqual([0, 0, 0, 1, 0, 1, 0]);
  expect(seen[3]).toMatchObject([{ level: 40, source: "logs", lines: 1002, reason: "malformed" }]);
  expect(seen[5]).toMatchObject([{ level: 30, source: "logs", msg: "lines of this source count again" }]);
});

test("a source whose labels are rare is named for less than a hundred lines never, and each time for twice as many", () => {
  const looks = [99, 100, 199, 200].flatMap((lines, turn) => [
    { counted: accepted, seconds: 1000 * turn },
    { counted: skipped(lines), seconds: 1000 * turn + 1 },
    { counted: nothing, seconds: 1000 * turn + 100 },
  ]);
  const named = warningsAt(looks).map((warnings) => warnings.filter((one) => JSON.stringify(one).includes("no line")));
  expect(named.map((warnings) => warnings.length)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
});

test("a source is named for lines that its config leaves out only until one has counted", () => {
  const leftOut = (times: number) => (lines: SourceLineStats) => {
    for (let i = 0; i < times; i++) lines.skip("where");
  };
  const seen = warningsAt([
    { counted: leftOut(100), seconds: 0 },
    { counted: accepted, seconds: 1 },
    { counted: leftOut(10_000), seconds: 2 },
    { counted: nothing, seconds: 1000 },
    { counted: rejected(200), seconds: 2000 },
    { counted: nothing, seconds: 3000 },
  ]);
  expect(seen.flat()).toMatchObject([
    { level: 40, lines: 100, reason: "where", msg: expect.stringContaining("do not have the values of `where`") },
    { level: 30 },
    { level: 40, lines: 200, reason: "malformed" },
  ]);
});

test("a source is named with the fields that its lines have and the nearest to the one that is meant, as of then", () => {
  const shows = (fields: object) => (lines: SourceLineStats) => {
    lines.skip("unlabelled");
    lines.survey.take(fields);
  };
  const seen = warningsAt([
    { counted: accepted, seconds: 0 },
    { counted: shows({ label: "of a time before" }), seconds: 1 },
    { counted: accepted, seconds: 2 },
    { counted: skipped(100), seconds: 3 },
    { counted: shows({ model: "m", prediction: "a", lable: "a" }), seconds: 70 },
  ]);
  expect(seen.flat()).toMatchObject([{ reason: "unlabelled" }]);
  expect(JSON.stringify(seen.flat())).toContain(
    String.raw`no line has the field \"label\"; the fields seen are \"model\", \"prediction\", \"lable\"; did you mean \"lable\"?`,
  );
});

test.each([
  { what: "none of its outcomes", counted: [untimed(100)], source: {}, named: 1 },
  { what: "one of its outcomes", counted: [untimed(99), accepted], source: {}, named: 0 },
  {
    what: "none of its outcomes, and its config asks for none",
    counted: [untimed(100)],
    source: { fields: { model: "model" } },
    named: 0,
  },
])("a source is named when no outcome holds the time that it asks for: $what has one", ({ counted, source, named }) => {
  const look = { counted: (lines: SourceLineStats) => counted.forEach((add) => add(lines)), seconds: 0 };
  const seen = warningsAt([look, { ...look, seconds: 1000 }], source).flat();
  const warning = { source: "logs", outcomes: 100, msg: expect.stringContaining("fields.time") };
  expect(seen).toMatchObject(Array(named).fill(warning));
});

test("a source without lines is not named, however long", () => {
  const look = { counted: nothing, seconds: 0 };
  expect(warningsAt([look, { ...look, seconds: 10_000 }]).flat()).toEqual([]);
});

test("a source with an array over lines is named once, with what makes lines of it, though its last element counts", () => {
  const array = (lines: SourceLineStats): void => {
    lines.reject("a.log", "malformed", arrayOverLines, Buffer.from("["), 0);
  };
  const seen = warningsAt([
    { counted: rejected(1), seconds: 0 },
    { counted: array, seconds: 1 },
    { counted: accepted, seconds: 2 },
    { counted: array, seconds: 100 },
  ]);
  expect(seen).toMatchObject([[], [{ source: "logs", msg: expect.stringContaining("jq -c '.[]'") }], [], []]);
});
