import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { Prometheus } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";
import { duration, makeConfig } from "./support/config.ts";
import { countsPage, type Pair } from "./support/page.ts";
import { serveText } from "./support/text-server.ts";
import { generateInto } from "./support/tools.ts";

const dir = tempDir();
const classes = Array.from({ length: 10 }, (_, digit) => String(digit));

interface Metrics {
  readonly samples: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly matthewsCorrelation: number;
  readonly cohenKappa: number;
  readonly perClass: Record<string, { precision: number; recall: number; f1: number }>;
  readonly averages: Record<string, { precision: number; recall: number; f1: number }>;
}

/** What scikit-learn says of the whole log. */
const { all: expected } = JSON.parse(
  readFileSync(new URL("../golden/digits.expected.json", import.meta.url), "utf8"),
) as { all: Metrics };

/** The outcomes of the log, parted into two logs that are unlike: one replica sees every mistake, and few outcomes. */
function parts(): readonly [Pair[], Pair[]] {
  const lines = readFileSync(new URL("../golden/digits.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const good: Pair[] = [];
  const bad: Pair[] = [];
  for (const [index, line] of lines.entries()) {
    const { label, prediction } = JSON.parse(line) as { label: string; prediction: string };
    (label !== prediction || index % 20 === 0 ? bad : good).push([label, prediction]);
  }
  return [good, bad];
}

describe.each(["sharded", "mirrored"] as const)("a real Prometheus that scrapes two %s replicas", (replicas) => {
  let prometheus: Prometheus;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const [first, second] = parts();
    const seen =
      replicas === "sharded"
        ? [first, second]
        : [
            [...first, ...second],
            [...first, ...second],
          ];
    const labels = { model: "digits", version: "v1", window: "24h" };
    const idle = { ...labels, model: "idle" };
    const servers = await Promise.all(
      seen.map(async (pairs) =>
        serveText(() => countsPage(pairs, classes, labels) + countsPage([], ["a"], idle).replaceAll("NaN", "0")),
      ),
    );
    for (const server of servers) closing.push(async () => server.close());
    const config = makeConfig({
      models: { digits: {}, idle: {} },
      prometheus: {
        targets: servers.map(({ address }) => address),
        alertmanagers: [],
        scrapeInterval: duration("1s"),
        evaluationInterval: duration("1s"),
        replicas,
      },
    });
    const out = join(dir, replicas);
    generateInto(config, out);
    prometheus = await Prometheus.start(out, { file: join(out, "prometheus/prometheus.yml") });
    closing.unshift(async () => {
      await prometheus.stop();
    });
    await eventually(async () => {
      const [samples] = await prometheus.query('tag:model_quality_samples:sum{model="digits"}');
      const ratios = await prometheus.query('tag:model_quality_f1_average:ratio{model="digits"}');
      const idle = await prometheus.query('tag:model_quality_samples:sum{model="idle"}');
      return samples?.value === expected.samples && ratios.length === 3 && idle.length === 1;
    }, "the rules have run");
  });

  afterAll(async () => {
    for (const close of closing) await close();
  });

  test("the rules record scikit-learn's metrics of both logs together, without the labels pod and instance", async () => {
    const one = async (name: string, more = ""): Promise<number> => {
      const found = await prometheus.query(`${name}{model="digits"${more}}`);
      expect(found).toHaveLength(1);
      expect(Object.keys(found[0]?.labels ?? {}).filter((label) => ["instance", "pod", "job"].includes(label))).toEqual(
        [],
      );
      return found[0]?.value ?? NaN;
    };
    expect(await one("tag:model_quality_accuracy:ratio")).toBeCloseTo(expected.accuracy, 12);
    expect(await one("tag:model_quality_balanced_accuracy:ratio")).toBeCloseTo(expected.balancedAccuracy, 12);
    expect(await one("tag:model_quality_matthews_correlation:ratio")).toBeCloseTo(expected.matthewsCorrelation, 12);
    expect(await one("tag:model_quality_cohen_kappa:ratio")).toBeCloseTo(expected.cohenKappa, 12);
    for (const metric of ["precision", "recall", "f1"] as const) {
      for (const average of ["micro", "macro", "weighted"]) {
        const value = await one(`tag:model_quality_${metric}_average:ratio`, `,average="${average}"`);
        expect([metric, average, value]).toEqual([
          metric,
          average,
          expect.closeTo(expected.averages[average]?.[metric] ?? NaN, 12),
        ]);
      }
      for (const name of classes) {
        const value = await one(`tag_class:model_quality_${metric}:ratio`, `,class="${name}"`);
        expect([metric, name, value]).toEqual([
          metric,
          name,
          expect.closeTo(expected.perClass[name]?.[metric] ?? NaN, 12),
        ]);
      }
    }
  });

  test("the rules record no ratio, and never NaN, where nothing was counted", async () => {
    expect(await prometheus.query('tag:model_quality_samples:sum{model="idle"}')).toMatchObject([{ value: 0 }]);
    expect(await prometheus.query('{__name__=~"tag.*:ratio", model="idle"}')).toEqual([]);
    const all = await prometheus.query('{__name__=~"tag.*"}');
    expect(all.filter(({ value }) => Number.isNaN(value))).toEqual([]);
  });

  if (replicas === "sharded") {
    test("the recorded ratio is far from the average of the replicas' ratios", async () => {
      const [average] = await prometheus.query(
        'avg by (class) (model_quality_recall_ratio{model="digits", class="8"})',
      );
      const truth = expected.perClass["8"]?.recall ?? NaN;
      expect(Math.abs((average?.value ?? NaN) - truth)).toBeGreaterThan(0.1);
    });
  }
});
