import { expect, test } from "@jest/globals";
import { healthMetrics } from "../../src/exposition/health.ts";
import {
  confusionMetric,
  countMetrics,
  derivedCounts,
  lastOutcomeMetric,
  lastPredictionMetric,
  outcomesMetric,
  partialMetric,
  trafficMetrics,
} from "../../src/quality/counts.ts";
import { measurements } from "../../src/quality/measurements.ts";
import { averagedMetrics, classMetrics, windowMetrics } from "../../src/quality/metrics.ts";
import { filesUnder, readRepositoryFile } from "../support/repository.ts";

/** Every name of a metric in the sources, with the file that spells it. */
const spelt = filesUnder("src").flatMap((path) =>
  [...readRepositoryFile(path).matchAll(/model_quality_\w+/gu)].map(([name]) => ({ name, path })),
);

test("the name of a metric stands once in the sources, in its row of the table: all others ask the row", () => {
  const rows = [
    ...Object.values(countMetrics),
    ...Object.values(derivedCounts),
    partialMetric,
    confusionMetric,
    lastOutcomeMetric,
    lastPredictionMetric,
    outcomesMetric,
    ...Object.values(trafficMetrics),
    ...windowMetrics,
    ...classMetrics,
    ...averagedMetrics.map(({ average }) => average),
  ];
  const ofInflux = spelt.filter(({ path }) => path === "src/quality/measurements.ts").map(({ name }) => name);
  expect(ofInflux).toEqual([measurements.objectives, measurements.exporter]);
  const quality = spelt.filter(
    ({ name, path }) => path !== "src/quality/measurements.ts" && !name.startsWith("model_quality_exporter_"),
  );
  expect(quality.map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name).sort());
  expect([...new Set(quality.map(({ path }) => path))].sort()).toEqual([
    "src/quality/counts.ts",
    "src/quality/metrics.ts",
  ]);
});

test("the name of a metric of the exporter's health stands once, without its prefix, in the table that the page is of", () => {
  const exporter = spelt.filter(({ name }) => name.startsWith("model_quality_exporter_"));
  // The prefix alone: in the page's table, and in the rules, which are held to it by its type.
  expect(exporter).toEqual([
    { name: "model_quality_exporter_", path: "src/exposition/health.ts" },
    { name: "model_quality_exporter_", path: "src/generate/promql/metric-names.ts" },
  ]);
  expect(new Set(healthMetrics.map(({ name }) => name)).size).toBe(healthMetrics.length);
});
