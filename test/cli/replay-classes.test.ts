import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

interface Report {
  readonly tags: readonly { windows: readonly Record<string, unknown>[] }[];
  readonly undeclared: unknown;
}

type Outcome = readonly [actual: unknown, predicted: unknown];

/** Replays outcomes of the model `m`, as JSON and as a table. */
async function replay(
  outcomes: readonly Outcome[],
  rest: Record<string, unknown> = {},
  source: Record<string, unknown> = {},
): Promise<{ report: Report; table: string; notes: string }> {
  const config = join(dir, "config.json");
  const fields = { model: "model", predicted: "prediction", actual: "label" };
  const given = { sources: [{ files: ["*.log"], fields, ...source }], windows: [{ last: 100_000 }], ...rest };
  writeFileSync(config, JSON.stringify(given));
  const input = outcomes
    .map(([label, prediction]) => `${JSON.stringify({ model: "m", label, prediction })}\n`)
    .join("");
  const json = await run(["replay", "--json", "--config", config, "-"], { input });
  const table = await run(["replay", "--config", config, "-"], { input });
  expect([json.code, table.code, table.stderr]).toEqual([0, 0, json.stderr]);
  return { report: JSON.parse(json.stdout) as Report, table: table.stdout, notes: json.stderr };
}

const many = (count: number, outcome: (at: number) => Outcome): Outcome[] =>
  Array.from({ length: count }, (_outcome, at) => outcome(at));

describe("replay of more classes than limits.maxClasses", () => {
  const junk = many(100, (at) => [`junk${at}`, `junk${at}`]);

  test("replay of too many classes gives the true accuracy, nothing that needs all classes apart, and says so", async () => {
    const { report, table, notes } = await replay([...junk, ...many(10_000, () => ["dog", "cat"])]);
    expect(report.tags[0]?.windows[0]).toMatchObject({
      samples: 10_100,
      overflow: 10_000,
      accuracy: 100 / 10_100,
      balancedAccuracy: null,
      matthewsCorrelation: null,
      cohenKappa: null,
      averages: {
        micro: { f1: 100 / 10_100 },
        macro: { precision: null, recall: null, f1: null },
        weighted: { precision: null, recall: null, f1: null },
      },
      perClass: {
        junk7: { precision: 1, recall: 1, f1: 1 },
        __other__: { precision: null, recall: null, f1: null, specificity: null, support: 10_000 },
        __wrong__: { precision: null, recall: null, f1: null, specificity: null, support: 0 },
      },
    });
    expect(table).toContain("outcomes of classes past limits.maxClasses: 10000 in last_100000\n");
    expect(notes).toMatch(
      /^model="m": more classes than limits\.maxClasses allows\..*ids or free text, such as "junk99"/u,
    );
  });

  test("replay of too many classes gives every figure of declared classes, whoever came first", async () => {
    const outcomes = [
      ...junk,
      ...junk,
      ...many(40, (at) => [at % 2 === 0 ? "dog" : "cat", at % 4 === 0 ? "cat" : "dog"]),
    ];
    const { report } = await replay(outcomes, {
      limits: { maxClasses: 50 },
      models: { m: { classes: ["cat", "dog"] } },
    });
    expect(report.tags[0]?.windows[0]).toMatchObject({
      samples: 240,
      accuracy: 210 / 240,
      perClass: { cat: { precision: 0, recall: 0, support: 20 }, dog: { precision: 1 / 3, recall: 0.5, support: 20 } },
    });
  });

  test.each([
    {
      what: "fractions",
      number: (at: number) => at + 0.5,
      says: /102 of 102 are numbers, such as ".*\.5".*regression/u,
    },
    {
      what: "whole numbers",
      number: (at: number) => at,
      says: /102 of 102 are numbers.*is this a regression model\?/u,
    },
  ])("replay of too many classes asks of $what whether this is a regression", async ({ number, says }) => {
    const { notes } = await replay(many(200, (at) => [number(at), number(at + 1000)]));
    expect(notes).toMatch(says);
  });
});

test("replay of classes of which some are numbers and some are words keeps all apart, whole numbers past 2^53 too", async () => {
  const outcomes = [101, "102", "foo", true, "9007199254740992", "9007199254740993"].map((name): Outcome => [
    name,
    name,
  ]);
  const { report } = await replay([...outcomes, ["foo", 101]]);
  expect(report.tags[0]?.windows[0]).toMatchObject({
    samples: 7,
    accuracy: 6 / 7,
    classes: ["101", "102", "9007199254740992", "9007199254740993", "foo", "true"],
    perClass: { "101": { precision: 0.5, recall: 1 }, foo: { precision: 1, recall: 0.5 } },
  });
});

describe("replay of classes that are spelt in two ways", () => {
  test.each([
    {
      what: "both sides",
      outcomes: many(20, (at) => [at % 2 === 0 ? "True" : "False", at % 2 === 0]),
      says: 'model="m": no predicted class is ever a label, so all outcomes are wrong; predicted: "false", "true"; labels: "False", "True". If these are spellings of',
    },
    {
      what: "one class",
      outcomes: many(20, (at): Outcome => (at === 0 ? ["Fraud", "fraud"] : ["fraud", "fraud"])),
      says: 'model="m": different classes look alike: "Fraud" and "fraud". If these are spellings of',
    },
  ])("replay of classes with two spellings says so: $what", async ({ outcomes, says }) => {
    expect((await replay(outcomes)).notes).toContain(says);
  });
});

describe("replay of models that declare their classes", () => {
  const models = { m: { classes: { legit: ["0", "negative"], fraud: ["1", "positive"] } } };

  test("replay of declared classes counts other spellings of a class as that class", async () => {
    const outcomes: Outcome[] = [
      [0, "legit"],
      ["negative", 1.0],
      ["1.0", "positive"],
      ["fraud", "1"],
    ];
    const { report, table, notes } = await replay(outcomes, { models });
    expect(report.tags[0]?.windows[0]).toMatchObject({
      classes: ["fraud", "legit"],
      confusion: [
        [2, 0],
        [1, 1],
      ],
    });
    expect(report.undeclared).toEqual({ m: { outcomes: 0, classes: [] } });
    expect([notes, table.includes("Undeclared")]).toEqual(["", false]);
  });

  test("replay of declared classes takes the spelling that a score decides for", async () => {
    const predicted = { score: "prediction", threshold: 0.5, below: 0, above: "positive" };
    const fields = { model: "model", predicted, actual: "label" };
    const { report } = await replay(
      [
        ["legit", 0.1],
        ["fraud", 0.9],
      ],
      { models },
      { fields },
    );
    expect(report.tags[0]?.windows[0]).toMatchObject({ classes: ["fraud", "legit"], accuracy: 1 });
  });

  test("replay of declared classes counts outcomes of classes that are not declared, and names these", async () => {
    const outcomes: Outcome[] = [
      ["legit", "frod"],
      ["frod\u001b", "legit"],
      ["fraud", "frod"],
      ["0", "0"],
    ];
    const { report, table, notes } = await replay(outcomes, { models });
    expect(report.undeclared).toEqual({ m: { outcomes: 3, classes: ["frod", "frod\u001b"] } });
    expect(report.tags[0]?.windows[0]).toMatchObject({ samples: 4, accuracy: 0.25 });
    expect(table).toMatch(/^Undeclared classes: 3 outcomes of m \("frod", "frod.*"\)$/mu);
    expect(notes.match(/^model "m": outcomes of the undeclared class "frod/gmu)).toHaveLength(2);
    expect(notes + table).not.toContain("\u001b");
  });
});
