import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { interpolate, readDashboard } from "../deploy/support/panels.ts";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { expectFleetFigures, valuesBy } from "../support/fleet.ts";
import { Prometheus } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";

interface Golden {
  readonly rows: readonly (readonly [replica: number, predicted: string, actual: string])[];
  readonly expected: {
    readonly samples: number;
    readonly classes: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly averages: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly [figure: string]: unknown;
  };
}

/** Rows of two replicas, and scikit-learn's figures of them all; the file says how they were made. */
const golden = JSON.parse(readFileSync(new URL("../golden/shared-labels.json", import.meta.url), "utf8")) as Golden;
const { rows, expected } = golden;
/** Every tenth prediction has no label, and is of no row. */
const unlabelled = rows.length / 10;

const dir = tempDir();
const running: { stop(): Promise<unknown> }[] = [];
const twoHoursAgo = new Date(Date.now() - 7_200_000).toISOString();
let prometheus: Prometheus;

function jsonLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify({ ...line, ts: twoHoursAgo })}\n`).join("");
}

function configOf(labels: string, targets: readonly string[] = ["127.0.0.1:9877"]): object {
  return {
    sources: [
      {
        files: ["predictions.jsonl"],
        fields: { model: "model", predicted: "prediction", actual: null, id: "id", time: "ts" },
      },
      { files: [labels], fields: { predicted: null, actual: "label", id: "id", time: "ts" } },
    ],
    join: { placeAt: "prediction", maturity: "1h" },
    windows: ["24h"],
    prometheus: { targets, scrapeInterval: "1s", evaluationInterval: "1s" },
  };
}

beforeAll(async () => {
  // One log of labels for the whole fleet: each replica reads all of it, and joins those of its own predictions.
  const labels = join(dir, "labels.jsonl");
  writeFileSync(labels, jsonLines(rows.map(([, , label], at) => ({ id: `r-${at}`, label }))));
  const targets: string[] = [];
  for (const replica of [0, 1]) {
    const place = join(dir, `replica-${replica}`);
    mkdirSync(place);
    const own = rows.flatMap(([of, prediction], at) =>
      of === replica ? [{ model: "m", id: `r-${at}`, prediction }] : [],
    );
    const others = Array.from({ length: unlabelled }, (_one, at) => ({
      model: "m",
      id: `u-${at}`,
      prediction: "legit",
    }));
    writeFileSync(join(place, "predictions.jsonl"), jsonLines([...own, ...(replica === 0 ? others : [])]));
    writeFileSync(join(place, "config.json"), JSON.stringify(configOf(labels)));
    const daemon = await Daemon.start(["--config", join(place, "config.json"), "--state", join(place, "state")]);
    running.push(daemon);
    targets.push(new URL(daemon.url).host);
  }
  writeFileSync(join(dir, "config.json"), JSON.stringify(configOf(labels, targets)));
  const ended = await run(["generate", "--config", join(dir, "config.json"), "--out", dir]);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  prometheus = await Prometheus.start(dir, { file: join(dir, "prometheus/prometheus.yml") });
  running.push(prometheus);
  // The last rules of the group: once they are of all rows, so are those before them.
  const whole = `tag:model_quality_labelled:ratio and on () tag:model_quality_samples:sum == ${rows.length}`;
  const share = rows.length / (rows.length + unlabelled);
  await eventually(
    async () => Math.abs(((await prometheus.query(whole))[0]?.value ?? 0) - share) < 1e-12,
    "the rules have added both replicas up",
    30_000,
  );
}, 90_000);
afterAll(async () => {
  for (const program of running.reverse()) await program.stop();
});

describe("two replicas of which each sees its own predictions and all labels", () => {
  test("the fleet's figures are scikit-learn's, and so are counted no label twice", async () => {
    const { accuracy, balanced_accuracy, matthews_correlation, cohen_kappa, classes, averages } = expected;
    const single = { accuracy, balanced_accuracy, matthews_correlation, cohen_kappa };
    await expectFleetFigures(prometheus, { single, classes, averages });
  });

  test("what is due and what is labelled is added up before it is divided", async () => {
    const counted = (of: (row: Golden["rows"][number]) => boolean): number => rows.filter(of).length;
    const predicted = (name: string): number => counted((row) => row[1] === name);
    expect(await valuesBy(prometheus, "class", "tag_class:model_quality_due_labelled_samples:sum")).toEqual(
      Object.fromEntries(["chargeback", "legit", "stolen"].map((name) => [name, predicted(name)])),
    );
    const legit = predicted("legit");
    expect((await valuesBy(prometheus, "class", "tag_class:model_quality_labelled:ratio"))["legit"]).toBeCloseTo(
      legit / (legit + unlabelled),
      12,
    );
    const [mean] = await prometheus.query("avg(model_quality_labelled_ratio)");
    expect(Math.abs((mean?.value ?? 0) - rows.length / (rows.length + unlabelled))).toBeGreaterThan(0.02);
  });

  test("every query of the dashboard's row on labels gives data", async () => {
    const { panels } = readDashboard(dir);
    const from = panels.findIndex(({ title }) => title === "Labels");
    const row = panels.slice(from + 1).slice(
      0,
      panels.slice(from + 1).findIndex(({ type }) => type === "row"),
    );
    expect(row.map(({ title }) => title)).toEqual([
      "Labelled share",
      "Labelled share by predicted class",
      "Labelled share by age",
      "Predictions by class",
    ]);
    for (const { expr } of row.flatMap(({ targets = [] }) => targets)) {
      const samples = await prometheus.query(interpolate(expr, { model: "m", window: "24h" }));
      expect([expr, samples.length > 0]).toEqual([expr, true]);
    }
  });

  test("labels of the other replica's predictions wait in each, and are of no figure", async () => {
    const waiting = await prometheus.query("sum(model_quality_exporter_pending_labels)");
    expect(waiting[0]?.value).toBe(rows.length);
  });
});
