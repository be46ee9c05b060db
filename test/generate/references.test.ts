import { describe, expect, test } from "@jest/globals";
import { healthMetrics, healthPrefix } from "../../src/exposition/health.ts";
import { generate } from "../../src/generate/outputs.ts";
import { makePlan } from "../../src/generate/plan.ts";
import type { Alert } from "../../src/generate/rules/alert.ts";
import { annotationTemplate, type Annotation } from "../../src/generate/rules/annotation.ts";
import { escapeMarkdown } from "../../src/generate/runbooks/page.ts";
import {
  confusionMetric,
  lastOutcomeMetric,
  lastPredictionMetric,
  outcomesMetric,
  trafficMetrics,
} from "../../src/quality/counts.ts";
import { pageMetrics } from "../../src/quality/page-metrics.ts";
import { makeConfig } from "../deploy/support/configs.ts";
import { laterLabels, makeConfig as plainConfig, type ModelParts } from "./support/config.ts";
import { sampleParts } from "./support/configs.ts";
import { readRepositoryFile } from "../support/repository.ts";

const config = makeConfig({ more: { grafana: { url: "https://grafana.example.com" } } });
const joined = plainConfig({
  ...sampleParts,
  join: {
    ...laterLabels,
    models: new Map([["*", { withinMs: 0, earlyMs: 0, absent: undefined, maturityMs: 60_000 }]]),
  },
  models: {
    fraud: { objectives: [{ metric: "accuracy", bound: { kind: "min", value: 0.9 }, minLabelled: 0.5 }] },
  },
});
const files = [...generate(config).files, ...generate(joined).files];
const pages = files.filter(([path]) => path.startsWith("prometheus/runbooks/"));

/** What stands in backticks on the pages. */
const quoted = new Set(pages.flatMap(([, text]) => [...text.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => word)));

function fixedText(annotation: Annotation = []): string {
  return annotation.map((part) => (typeof part === "string" ? part : "?")).join("");
}

describe("references in the generated files", () => {
  test("every metric that rules, tests, dashboard or runbooks name is on the exporter's page", () => {
    const page = new Set([
      ...healthMetrics.flatMap(({ name, type }) => {
        const parts = type === "histogram" ? ["_bucket", "_count", "_sum"] : [""];
        return parts.map((part) => healthPrefix + name + part);
      }),
      ...pageMetrics.map(({ name }) => name),
      ...Object.values(trafficMetrics).map(({ name }) => name),
      lastOutcomeMetric.name,
      lastPredictionMetric.name,
      outcomesMetric.name,
    ]);
    const unknown = files.flatMap(([path, text]) =>
      [...text.matchAll(/(?<![\w:."/])model_quality_\w+(?![\w:]|\.\w)/gu)]
        .filter(([name]) => !page.has(name))
        .map(([name]) => `${path}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test("every recorded series that rules and dashboard read is recorded", () => {
    for (const one of [config, joined]) {
      const recorded = new Set(makePlan(one).models.flatMap(({ recording }) => recording.map(({ record }) => record)));
      const read = [...generate(one).files].flatMap(([path, text]) =>
        /^(?:prometheus\/rules|deploy\/grafana)/u.test(path) ? (text.match(/\btag(?:_\w+)?:\w+:\w+/gu) ?? []) : [],
      );
      expect(read.length).toBeGreaterThan(20);
      expect([...new Set(read)].filter((series) => !recorded.has(series))).toEqual([]);
    }
  });

  test("every endpoint of the exporter that a runbook sends the reader to is one that the documentation lists", () => {
    const commands = readRepositoryFile("docs/commands.md");
    const endpoints = [...quoted].filter((word) => word.startsWith("/"));
    expect(endpoints.length).toBeGreaterThan(3);
    expect(endpoints.filter((path) => !commands.includes(`\`GET ${path}\``))).toEqual([]);
  });

  test("every alert that a runbook names can fire", () => {
    const alerts = new Set([config, joined].flatMap((one) => makePlan(one).alerts.map(({ name }) => name)));
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
      const text = new Map(files).get(`prometheus/runbooks/${name}.md`) ?? "";
      expect(text).toContain(`\`${path}\``);
      expect(text).not.toMatch(/status page|level debug/u);
    },
  );

  test("every alert links to a runbook that is generated where none is given, whatever its name", () => {
    const folder = "https://runbooks.example.com/mq";
    const objectives = ["ModelQualityRecallLow", "Recall of {{ frauds }}", "model-quality-recall-low", undefined].map(
      (name, index) => ({
        ...{ metric: name === undefined ? "precision" : "recall", class: "fraud", name, runbook: undefined },
        bound: { kind: "min", value: 0.5 + index / 10 } as const,
      }),
    ) satisfies ModelParts["objectives"];
    const linked = plainConfig({ models: { a: { objectives }, "*": {} }, alerting: { runbookUrl: folder } });
    const written = generate(linked).files;
    const plan = makePlan(linked);
    for (const { name, annotations } of [
      ...plan.models.flatMap(({ alerts, silence }) => [...alerts, ...silence]),
      ...plan.exporterAlerts,
    ]) {
      const page = fixedText(annotations["runbook_url"]).replace(`${folder}/`, "prometheus/runbooks/");
      expect(written.get(page)).toContain(`# ${escapeMarkdown(name)}\n`);
    }
  });

  test("the runbook of an objective wins over that of the model, and both over the generated one", () => {
    const objective = { metric: "accuracy", bound: { kind: "min", value: 0.5 } } as const;
    const linked = plainConfig({
      models: {
        a: {
          runbook: "https://a.example.com",
          objectives: [objective, { ...objective, name: "Own", runbook: "https://own.example.com" }],
        },
        b: { objectives: [objective] },
      },
      alerting: { runbookUrl: "https://runbooks.example.com" },
      grafana: { url: "https://grafana.example.com" },
    });
    const { models, exporterAlerts } = makePlan(linked);
    const links = (alert: Alert | undefined): unknown =>
      ["runbook_url", "dashboard_url"].map((key) => fixedText(alert?.annotations[key]));
    const dashboard = "https://grafana.example.com/d/model-quality";
    const exporter = (name: string, model?: string): Alert | undefined =>
      [...exporterAlerts, ...models.flatMap(({ silence }) => silence)].find(
        (alert) => alert.name === name && alert.labels["model"] === model,
      );
    expect(models.flatMap(({ alerts }) => alerts).map(links)).toEqual([
      ["https://a.example.com", `${dashboard}?var-model=a`],
      ["https://own.example.com", `${dashboard}?var-model=a`],
      ["https://runbooks.example.com/model-quality-accuracy-low.md", `${dashboard}?var-model=b`],
    ]);
    expect(links(exporter("ModelQualityModelSilent", "a"))).toEqual([
      "https://a.example.com",
      `${dashboard}?var-model=a`,
    ]);
    expect(links(exporter("ModelQualityModelSilent", "b"))).toEqual([
      "https://runbooks.example.com/model-quality-model-silent.md",
      `${dashboard}?var-model=b`,
    ]);
    expect(links(exporter("ModelQualityExporterDown"))).toEqual([
      "https://runbooks.example.com/model-quality-exporter-down.md",
      dashboard,
    ]);
  });

  test("alerts link to the status page of the tag, class and window that they speak of, or of the model", () => {
    const objective = { metric: "recall", class: "a&b c/ü", bound: { kind: "min", value: 0.5 } } as const;
    const config = plainConfig({
      models: { "m 1": { objectives: [objective] } },
      statusPage: { url: "https://mqe.example.com/mq" },
    });
    const { models, exporterAlerts } = makePlan(config);
    const url = (alert: Alert | undefined): string => annotationTemplate(alert?.annotations["status_url"] ?? []);
    const [model] = models;
    expect(url(model?.alerts[0])).toBe(
      "https://mqe.example.com/mq/?model={{ $labels.model | urlquery }}&version={{ $labels.version | urlquery }}&window=1h&class=a%26b+c%2F%C3%BC",
    );
    expect(url(model?.silence[0])).toBe("https://mqe.example.com/mq/?model=m+1");
    expect(url(exporterAlerts.find(({ name }) => name === "ModelQualityExporterDown"))).toBe(
      "https://mqe.example.com/mq/",
    );
    expect(makePlan(plainConfig({ models: {} })).exporterAlerts[0]?.annotations["status_url"]).toBeUndefined();
  });

  test("rules and their tests do without the cells of confusion matrices where the page has none", () => {
    const written = (confusion: "all" | "none"): string =>
      [...generate(plainConfig({ ...sampleParts, exposition: { confusion } })).files]
        .filter(([path]) => /^prometheus\/(?:rules|tests)\//u.test(path))
        .map(([, text]) => text)
        .join("");
    expect(written("all")).toContain(confusionMetric.name);
    expect(written("none")).not.toContain(confusionMetric.name);
  });
});
