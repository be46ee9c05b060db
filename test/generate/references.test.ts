import { describe, expect, test } from "@jest/globals";
import { healthMetrics, healthPrefix } from "../../src/exposition/health.ts";
import { generate } from "../../src/generate/outputs.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { lastOutcomeMetric, outcomesMetric } from "../../src/quality/counts.ts";
import { pageMetrics } from "../../src/quality/page-metrics.ts";
import { makeConfig } from "../deploy/support/configs.ts";
import { readRepositoryFile } from "../support/repository.ts";

const config = makeConfig({ more: { grafana: { url: "https://grafana.example.com" } } });
const { files } = generate(config);
const pages = [...files].filter(([path]) => path.startsWith("prometheus/runbooks/"));

/** What stands in backticks on the pages. */
const quoted = new Set(pages.flatMap(([, text]) => [...text.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => word)));

describe("references in the generated files", () => {
  test("every metric that rules, tests, dashboard or runbooks name is on the exporter's page", () => {
    const page = new Set([
      ...healthMetrics.map(({ name }) => healthPrefix + name),
      ...pageMetrics.map(({ name }) => name),
      lastOutcomeMetric.name,
      outcomesMetric.name,
    ]);
    const unknown = [...files].flatMap(([path, text]) =>
      [...text.matchAll(/(?<![\w:."/])model_quality_\w+(?![\w:]|\.\w)/gu)]
        .filter(([name]) => !page.has(name))
        .map(([name]) => `${path}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test("every endpoint of the exporter that a runbook sends the reader to is one that README lists", () => {
    const readme = readRepositoryFile("README.md");
    const endpoints = [...quoted].filter((word) => word.startsWith("/"));
    expect(endpoints.length).toBeGreaterThan(3);
    expect(endpoints.filter((path) => !readme.includes(`\`GET ${path}\``))).toEqual([]);
  });

  test("every alert that a runbook names can fire", () => {
    const alerts = new Set(makePlan(config).alerts.map(({ name }) => name));
    const named = [...quoted].filter((word) => word.startsWith("ModelQuality"));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !alerts.has(name))).toEqual([]);
  });

  test.each([
    ["model-quality-recall-low", "/api/v1/models"],
    ["model-quality-line-errors", "/api/v1/rejected"],
    ["model-quality-exporter-down", "/-/healthy"],
  ])(
    "the runbook %s sends the reader to %s, and not to a page or a log level that the exporter lacks",
    (name, path) => {
      const text = files.get(`prometheus/runbooks/${name}.md`) ?? "";
      expect(text).toContain(`\`${path}\``);
      expect(text).not.toMatch(/status page|level debug/u);
    },
  );
});
