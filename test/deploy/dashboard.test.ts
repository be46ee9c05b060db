import { describe, expect, test } from "@jest/globals";
import { dashboardUrl } from "../../src/generate/rules/links.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { generated, makeConfig, oddNames } from "./support/configs.ts";
import { interpolate, type Dashboard } from "./support/panels.ts";

function dashboardOf(config: ReturnType<typeof makeConfig>): Dashboard & Readonly<Record<string, unknown>> {
  return JSON.parse(generated(config, "deploy/grafana/model-quality.json")) as Dashboard & Record<string, unknown>;
}

const dashboard = dashboardOf(makeConfig({ models: oddNames }));

describe("the dashboard", () => {
  test("keeps its name and has nothing that a database gives", () => {
    expect(dashboard).toMatchObject({ uid: "model-quality", title: "Model quality", tags: ["model-quality"] });
    for (const key of ["id", "version", "iteration"]) expect(dashboard).not.toHaveProperty(key);
  });

  test("asks the data source that is chosen, everywhere", () => {
    const text = JSON.stringify(dashboard.panels);
    const uids = [...text.matchAll(/"uid":"([^"]*)"/gu)].map(([, uid]) => uid);
    expect(uids.length).toBeGreaterThan(dashboard.panels.length);
    expect(new Set(uids)).toEqual(new Set(["$datasource"]));
  });

  test("has panels that lie beside each other, each with a title and a word on what it shows", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, title, description } of dashboard.panels) {
      expect(title).not.toBe("");
      if (type !== "row") expect([title, (description ?? "").length > 10]).toEqual([title, true]);
    }
    const taken = new Set<string>();
    for (const { gridPos: { x, y, w, h } } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          expect(taken.has(`${column}:${row}`)).toBe(false);
          taken.add(`${column}:${row}`);
        }
      }
    }
  });

  test("uses the variables that it has, and each of them", () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(names).toEqual(["datasource", "model", "version", "window", "stable"]);
    const used = new Set([...JSON.stringify(dashboard.panels).matchAll(/\$(\w+)/gu)].map(([, name]) => name));
    expect(used).toEqual(new Set([...names, "__rate_interval"]));
  });

  test("turns the confusion matrix into rows of actual and columns of predicted classes", () => {
    const panel = dashboard.panels.find(({ title }) => title === "Confusion matrix");
    expect(panel?.type).toBe("table");
    expect(panel?.transformations?.at(-1)).toMatchObject({
      id: "groupingToMatrix",
      options: { rowField: "actual", columnField: "predicted", valueField: "Value" },
    });
  });

  test("has the objectives of all models as dashed lines", () => {
    const recall = dashboard.panels.find(({ title }) => title === "Recall");
    const [line, ...more] = (recall?.targets ?? []).filter(({ refId }) => refId.startsWith("objective"));
    expect(more).toEqual([]);
    expect(line).toMatchObject({ legendFormat: "objective: at least 0.85" });
    expect(recall).toMatchObject({
      fieldConfig: {
        overrides: [
          {
            matcher: { id: "byRegexp", options: "/^objective/" },
            properties: expect.arrayContaining([{ id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } }]),
          },
        ],
      },
    });
  });

  test("leaves names that look like its variables alone", () => {
    const values = { model: "X", version: "X", window: "X", stable: "X", datasource: "X", __rate_interval: "1m" };
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr } of targets) expect(interpolate(expr, values)).not.toContain("$");
    }
    // As PromQL writes a dollar that Grafana does not see.
    expect(JSON.stringify(dashboard.panels)).toContain(String.raw`\\u0024{model} \\u0024model`);
  });

  test("has neither a choice of versions nor a comparison where tags have none", () => {
    const plain = dashboardOf(
      makeConfig({
        sources: [{ files: ["*.jsonl"], fields: { model: "model", labels: { region: "region" } } }],
        more: { models: {} },
      }),
    );
    expect(plain.templating.list.map(({ name }) => name)).toEqual(["datasource", "model", "window"]);
    for (const { expr, legendFormat } of plain.panels.flatMap(({ targets = [] }) => targets)) {
      expect([expr, legendFormat]).toEqual([expect.not.stringContaining("version"), expect.not.stringContaining("version")]);
    }
    expect(plain.panels.map(({ title }) => title)).not.toContain("Versions");
    expect(plain.panels.flatMap(({ targets = [] }) => targets.map(({ legendFormat }) => legendFormat))).toContain(
      "{{region}} {{class}}",
    );
  });

  test("counts the matrix of mirrored replicas once", () => {
    const mirrored = dashboardOf(makeConfig({ more: { prometheus: { replicas: "mirrored" } } }));
    const matrix = mirrored.panels.find(({ title }) => title === "Confusion matrix")?.targets?.[0]?.expr;
    expect(matrix).toMatch(/^sum by \(actual, predicted\) \(\s*max by \(namespace, model, version, window, actual, predicted\)/u);
  });
});

describe("the address of the dashboard", () => {
  const config = makeConfig({ models: ["a & b/ü"], more: { grafana: { url: "https://grafana.example.com/g/" } } });

  test("has the model chosen, whatever its name", () => {
    expect(dashboardUrl(config.grafana, "a & b/ü")).toBe(
      "https://grafana.example.com/g/d/model-quality?var-model=a%20%26%20b%2F%C3%BC",
    );
    expect(dashboardUrl(config.grafana, "*")).toBe("https://grafana.example.com/g/d/model-quality");
    expect(dashboardUrl(makeConfig().grafana, "fraud")).toBeUndefined();
  });

  test("stands on the alerts of models that have no dashboard of their own", () => {
    const urls = makePlan(config).alerts.flatMap(({ generated }) => generated ?? []).map(({ annotations }) => annotations["dashboard_url"]);
    expect(urls).toContainEqual([dashboardUrl(config.grafana, "a & b/ü")]);
    expect(makePlan(makeConfig()).alerts.flatMap(({ generated }) => generated ?? []).filter(({ annotations }) => "dashboard_url" in annotations)).toEqual([]);
  });
});
