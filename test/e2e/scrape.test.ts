import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { expectFigures, goldenFigures, goldenNames, goldenPath } from "../support/golden.ts";
import { Prometheus, type Sample } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const running: { stop(): Promise<unknown> }[] = [];
let prometheus: Prometheus;

beforeAll(async () => {
  for (const name of goldenNames) copyFileSync(goldenPath(name), join(dir, `${name}.jsonl`));
  const config = join(dir, "config.yaml");
  writeFileSync(config, 'sources: [{ files: ["*.jsonl"] }]\nwindows: [{ last: 100 }, { last: 100000 }]\n');
  const daemon = await Daemon.start(["--config", config, "--state", join(dir, "state")]);
  running.push(daemon);
  prometheus = await Prometheus.start(dir, {
    text: [
      "global: { scrape_interval: 1s }",
      "scrape_configs:",
      `  - { job_name: model-quality-exporter, static_configs: [{ targets: ["${new URL(daemon.url).host}"] }] }`,
    ].join("\n"),
  });
  running.push(prometheus);
  await eventually(
    async () => (await prometheus.query("sum(model_quality_samples)"))[0]?.value === 1797 + 150 + 200,
    "both logs are read and scraped",
  );
});
afterAll(async () => {
  for (const program of running.reverse()) await program.stop();
});

/** The value of each series by the values of these labels, joined by a space. */
async function by(labels: readonly string[], expression: string): Promise<Record<string, number>> {
  const key = (sample: Sample): string => labels.map((label) => sample.labels[label]).join(" ");
  return Object.fromEntries((await prometheus.query(expression)).map((sample) => [key(sample), sample.value]));
}

const cases = goldenNames.flatMap((name) => [
  { name, window: "last_100000", rows: "all" as const },
  { name, window: "last_100", rows: "lastRows" as const },
]);

describe("a real Prometheus that has scraped the daemon", () => {
  test.each(cases)(
    "Prometheus answers with scikit-learn's figures of $name over $rows",
    async ({ name, window, rows }) => {
      const expected = goldenFigures(name)[rows];
      const of = (metric: string): string => `model_quality_${metric}{model="${name}",version="v1",window="${window}"}`;
      const single = async (metric: string): Promise<number | undefined> =>
        (await prometheus.query(of(metric)))[0]?.value;
      expect(await single("samples")).toBe(expected.samples);
      expectFigures(await single("accuracy_ratio"), expected["accuracy"]);
      expectFigures(await single("balanced_accuracy_ratio"), expected["balancedAccuracy"]);
      expectFigures(await single("matthews_correlation"), expected["matthewsCorrelation"]);
      expectFigures(await single("cohen_kappa"), expected["cohenKappa"]);
      for (const figure of ["precision", "recall", "f1"]) {
        const averages = Object.entries(expected["averages"] as Record<string, Record<string, number>>);
        const wanted = Object.fromEntries(averages.map(([average, figures]) => [average, figures[figure]]));
        expectFigures(await by(["average"], of(`${figure}_average_ratio`)), wanted);
        const classes = Object.entries(expected["perClass"] as Record<string, Record<string, number>>);
        const perClass = Object.fromEntries(classes.map(([one, figures]) => [one, figures[figure]]));
        expectFigures(await by(["class"], of(`${figure}_ratio`)), perClass);
      }
      const cells = expected.classes.flatMap((actual, row) =>
        expected.classes.map(
          (predicted, column) => [`${actual} ${predicted}`, expected.confusion[row]?.[column]] as const,
        ),
      );
      expect(await by(["actual", "predicted"], of("confusion_samples"))).toEqual(Object.fromEntries(cells));
    },
  );

  test("Prometheus finds no series that is NaN and no target that is down", async () => {
    const series = await prometheus.query('{__name__=~"model_quality_.*"}');
    expect(series.length).toBeGreaterThan(100);
    expect(series.filter(({ value }) => Number.isNaN(value))).toEqual([]);
    expect((await prometheus.targets()).map(({ health, lastError }) => [health, lastError])).toEqual([["up", ""]]);
  });
});
