import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();

/** Halves of 200 ids, a minute between the prediction and the label. */
const halves = Array.from({ length: 200 }, (_half, n) => ({
  id: `id-${n}`,
  prediction: `c${n % 3}`,
  label: `c${n % 5}`,
  predicted: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
  labelled: new Date(Date.UTC(2026, 0, 1) + n * 1000 + 60_000).toISOString(),
}));

function jsonLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify({ model: "m", ...line })}\n`).join("");
}

const predictions = jsonLines(halves.map(({ id, prediction, predicted }) => ({ id, prediction, ts: predicted })));
const labels = jsonLines(halves.map(({ id, label, labelled }) => ({ id, label, ts: labelled })));

/** What `replay --json` says of the files, in the order in which they are given. */
async function replay(
  config: object,
  files: Readonly<Record<string, string>>,
): Promise<{ tags: unknown; join?: unknown; coverage?: unknown }> {
  return JSON.parse(await table(config, files, "--json")) as { tags: unknown; join?: unknown; coverage?: unknown };
}

/** What `replay` says of the files. */
async function table(config: object, files: Readonly<Record<string, string>>, ...flags: string[]): Promise<string> {
  const dir = mkdtempSync(join(root, "replay-"));
  mkdirSync(join(dir, "logs"));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ windows: ["1h", { last: 1000 }], ...config }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, "logs", name), text);
  const names = Object.keys(files).map((name) => `logs/${name}`);
  const { stdout, stderr, code } = await run(["replay", ...flags, "--config", "config.json", ...names], { cwd: dir });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

const fields = { model: "model", id: "id", time: "ts" };
const sources = [
  { files: ["logs/p.jsonl"], fields: { ...fields, predicted: "prediction", actual: null } },
  { files: ["logs/l.jsonl"], fields: { ...fields, predicted: null, actual: "label" } },
];

test("check tells of labels that may come after all windows have let go of their predictions", async () => {
  const dir = mkdtempSync(join(root, "check-"));
  const check = async (placeAt: string): Promise<string> => {
    const later = { placeAt, within: "1h" };
    const config = { sources, windows: ["1h"], join: later, models: { slow: { join: { within: "2h" } } } };
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
    return (await run(["check", "--config", "config.json"], { cwd: dir })).stdout;
  };
  expect(await check("prediction")).toMatch(/^note {5}join: labels of model "slow" may come 7200s after/mu);
  expect(await check("prediction")).not.toContain('model "*"');
  expect(await check("label")).not.toContain("join:");
});

describe("replay of a prediction log and a label log", () => {
  test.each([
    { placeAt: "label", order: ["p", "l"] },
    { placeAt: "label", order: ["l", "p"] },
    { placeAt: "prediction", order: ["p", "l"] },
    { placeAt: "prediction", order: ["l", "p"] },
  ] as const)("given as $order, placed at the $placeAt, it says what it says of the joined log", async (given) => {
    const { placeAt, order } = given;
    const texts = { p: predictions, l: labels };
    const files = Object.fromEntries(order.map((name) => [`${name}.jsonl`, texts[name]]));
    const apart = await replay({ sources, join: { placeAt } }, files);
    const whole = halves.map(({ id, prediction, label, predicted, labelled }) => {
      return { id, prediction, label, ts: placeAt === "label" ? labelled : predicted };
    });
    const joined = await replay({ sources: [{ files: ["logs/j.jsonl"], fields }] }, { "j.jsonl": jsonLines(whole) });
    expect(apart.tags).toEqual(joined.tags);
    expect(apart.join).toMatchObject({ pending: { predictions: 0, labels: 0 } });
    expect(joined.join).toBeUndefined();
  });

  test.each(["label", "prediction"] as const)(
    "with a class for what gets no label, it says what it says of the joined log, to the last outcomes, placed at the %s",
    async (placeAt) => {
      const windows = ["1h", { last: 50 }];
      const within = 90_000;
      const predicted = halves.map((half, n) => ({
        ...half,
        at: Date.UTC(2026, 0, 1) + n * 1000,
        isLabelled: n % 4 === 0,
      }));
      // No two outcomes are at one time.
      const labelled = predicted
        .filter(({ isLabelled }) => isLabelled)
        .map((half) => ({ ...half, at: half.at + 60_250 }));
      const files = {
        "p.jsonl": jsonLines(predicted.map(({ id, prediction, at }) => ({ id, prediction, ts: at }))),
        "l.jsonl": jsonLines(labelled.map(({ id, label, at }) => ({ id, label, ts: at }))),
      };
      const apart = await replay({ sources, windows, join: { within: "90s", absent: "none", placeAt } }, files);
      const end = Math.max(...labelled.map(({ at }) => at));
      const outcomes = predicted
        .map(({ id, prediction, label, at, isLabelled }) => {
          const decided = at + (isLabelled ? 60_250 : within);
          return {
            id,
            prediction,
            label: isLabelled ? label : "none",
            decided,
            ts: placeAt === "label" ? decided : at,
          };
        })
        .filter(({ decided }) => decided <= end)
        .sort((a, b) => a.decided - b.decided);
      const joined = await replay(
        { sources: [{ files: ["logs/j.jsonl"], fields }], windows },
        { "j.jsonl": jsonLines(outcomes.map(({ id, prediction, label, ts }) => ({ id, prediction, label, ts }))) },
      );
      expect(apart.tags).toEqual(joined.tags);
    },
  );

  test.each(["label", "prediction"] as const)(
    "of two pods, in any order of the files, it says what it says of the joined log, placed at the %s",
    async (placeAt) => {
      const pod = (text: string, of: number): string =>
        `${text
          .split("\n")
          .filter((line, at) => line !== "" && at % 2 === of)
          .join("\n")}\n`;
      const files = [
        ["p.jsonl", pod(predictions, 0)],
        ["p2.jsonl", pod(predictions, 1)],
        ["l.jsonl", pod(labels, 1)],
        ["l2.jsonl", pod(labels, 0)],
      ] as const;
      const pods = sources.map(({ files: [path], ...rest }) => ({
        ...rest,
        files: [path?.replace(".jsonl", "*.jsonl")],
      }));
      const settings = { sources: pods, join: { placeAt }, windows: ["1h", { last: 50 }, { last: 1000 }] };
      const given = await replay(settings, Object.fromEntries(files));
      expect(await replay(settings, Object.fromEntries(files.toReversed()))).toEqual(given);
      const whole = halves.map(({ id, prediction, label, predicted, labelled }) => {
        return { id, prediction, label, ts: placeAt === "label" ? labelled : predicted };
      });
      const joined = { sources: [{ files: ["logs/j.jsonl"], fields }], windows: settings.windows };
      const { tags } = await replay(joined, { "j.jsonl": jsonLines(whole) });
      expect(given.tags).toEqual(tags);
      expect(given.join).toMatchObject({ pending: { predictions: 0, labels: 0 }, labels: { joined: 200 } });
    },
  );

  test("how much of what is due is labelled is told as of the last event, of lines with both halves and no id as well", async () => {
    const files = {
      "p.jsonl": predictions.replaceAll(/^.*\n/gmu, "$&$&"),
      "l.jsonl": labels
        .split("\n")
        .filter((_line, n) => n % 4 !== 0)
        .join("\n"),
      "w.jsonl": jsonLines([{ prediction: "c0", label: "c1", ts: halves[0]?.predicted }]),
    };
    const whole = { files: ["logs/w.jsonl"], fields: { model: "model", time: "ts" } };
    const config = { sources: [...sources, whole], join: { maturity: "2m" }, windows: ["1h", { last: 10 }] };
    // The last event is at 04:19: due are those of panes of a minute that ended at 02:19 at the latest.
    const due = halves.filter(({ predicted }) => Date.parse(predicted) < Date.UTC(2026, 0, 1, 0, 2));
    const { coverage } = await replay(config, files);
    expect(coverage).toMatchObject([
      {
        labels: { model: "m" },
        windows: [{ window: "1h", predictions: 201, due: due.length + 1, labelled: due.length * 0.75 + 1 }],
        ages: [
          { age: "1m", predictions: 20, labelled: 15 },
          { age: "10m", predictions: 181, labelled: 136 },
          { age: "1h", predictions: 0 },
        ],
      },
    ]);
    expect(await table(config, files)).toContain(
      [
        "labelled predictions of those that are due",
        "  1h: 0.7521, 91 of 121; predicted c0 31 of 41, c1 30 of 40, c2 30 of 40",
      ].join("\n"),
    );
  });

  test("what still waits at the end is told, and what became of the labels", async () => {
    const files = { "p.jsonl": predictions, "l.jsonl": labels.split("\n").slice(50).join("\n") };
    const { join: told } = await replay({ sources, join: {} }, files);
    expect(told).toEqual({
      pending: { predictions: 50, labels: 0 },
      labels: { joined: 150 },
      repeated: 0,
      forgotten: { predictions: 0, labels: 0 },
    });
  });
});
