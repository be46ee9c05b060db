import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { expectFleetFigures } from "../support/fleet.ts";
import { goldenFigures, goldenPath } from "../support/golden.ts";
import { Prometheus } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const running: { stop(): Promise<unknown> }[] = [];
const expected = goldenFigures("digits").all;
const expectedWeightedF1 = (expected["averages"] as { weighted: { f1: number } }).weighted.f1;
let prometheus: Prometheus;

/** Ten rows in a hundred go to one replica, and these are mostly the errors: as when a canary takes the odd traffic. */
function share(replica: number): string {
  const lines = readFileSync(goldenPath("digits"), "utf8").trimEnd().split("\n");
  const isError = (line: string): boolean => !/"prediction":"(\d)".*"label":"\1"/u.test(line);
  return lines.filter((line, at) => (isError(line) || at % 20 === 0 ? 1 : 0) === replica).join("\n") + "\n";
}

beforeAll(async () => {
  const configFile = join(dir, "config.json");
  const writeConfig = (targets: readonly string[]): void => {
    const config = {
      sources: [{ files: ["*.jsonl"] }],
      windows: [{ last: 100_000 }],
      models: { digits: { classes: expected.classes } },
      prometheus: { targets, scrapeInterval: "1s", evaluationInterval: "1s" },
    };
    writeFileSync(configFile, JSON.stringify(config));
  };
  const targets: string[] = [];
  for (const replica of [0, 1]) {
    const place = join(dir, `replica-${replica}`);
    mkdirSync(place);
    writeFileSync(join(place, "digits.jsonl"), share(replica));
    writeFileSync(join(place, "config.yaml"), 'sources: [{ files: ["*.jsonl"] }]\nwindows: [{ last: 100000 }]\n');
    const daemon = await Daemon.start(["--config", join(place, "config.yaml"), "--state", join(place, "state")]);
    running.push(daemon);
    targets.push(new URL(daemon.url).host);
  }
  writeConfig(targets);
  const ended = await run(["generate", "--config", configFile, "--out", dir]);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  prometheus = await Prometheus.start(dir, { file: join(dir, "prometheus/prometheus.yml") });
  running.push(prometheus);
  // Rules of a group are evaluated one after the other: the last one tells that a round with all samples is over.
  const last =
    'tag:model_quality_f1_average:ratio{average="weighted"} and on () tag:model_quality_samples:sum == SAMPLES';
  await eventually(
    async () => {
      const [weighted] = await prometheus.query(last.replace("SAMPLES", String(expected.samples)));
      return Math.abs((weighted?.value ?? 0) - expectedWeightedF1) < 1e-12;
    },
    "the rules have added both replicas up",
    30_000,
  );
}, 90_000);
afterAll(async () => {
  for (const program of running.reverse()) await program.stop();
});

describe("two replicas with unequal logs, scraped by one Prometheus", () => {
  test("recording rules over two replicas equal scikit-learn's figures on the two logs together", async () => {
    const { accuracy, balancedAccuracy, matthewsCorrelation, cohenKappa } = expected;
    const perClass = Object.entries(expected["perClass"] as Record<string, Record<string, number>>);
    const averages = Object.entries(expected["averages"] as Record<string, Record<string, number>>);
    const of = (rows: typeof perClass): Record<string, object> =>
      Object.fromEntries(
        ["precision", "recall", "f1"].map((figure) => [
          figure,
          Object.fromEntries(rows.map(([name, figures]) => [name, figures[figure]])),
        ]),
      );
    await expectFleetFigures(prometheus, {
      single: {
        accuracy,
        balanced_accuracy: balancedAccuracy,
        matthews_correlation: matthewsCorrelation,
        cohen_kappa: cohenKappa,
      },
      classes: of(perClass),
      averages: of(averages),
    });
  });

  test("the mean of the replicas' own figures is wrong", async () => {
    const [mean] = await prometheus.query("avg(model_quality_accuracy_ratio)");
    expect(Math.abs((mean?.value ?? 0) - (expected["accuracy"] as number))).toBeGreaterThan(0.2);
  });

  test("recorded series of replicas keep neither pod nor instance", async () => {
    const samples = await prometheus.query('{__name__=~"tag.*:model_quality_.*"}');
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    expect([...labels].sort()).toEqual(["__name__", "average", "class", "model", "version", "window"]);
  });
});
