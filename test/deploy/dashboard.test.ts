import { describe, expect, test } from "@jest/globals";
import { dashboardUrl } from "../../src/config/dashboard-url.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { generated, makeConfig, oddNames } from "./support/configs.ts";
import { interpolate, type Dashboard } from "./support/panels.ts";

function dashboardOf(config: ReturnType<typeof makeConfig>): Dashboard & Readonly<Record<string, unknown>> {
  return JSON.parse(generated(config, "deploy/grafana/model-quality.json")) as Dashboard & Record<string, unknown>;
}

const dashboard = dashboardOf(makeConfig({ models: oddNames }));

describe("the dashboard", () => {
  test("the dashboard keeps its uid and has nothing that a database assigns", () => {
    expect(dashboard).toMatchObject({ uid: "model-quality", title: "Model quality", tags: ["model-quality"] });
    for (const key of ["id", "version", "iteration"]) expect(dashboard).not.toHaveProperty(key);
  });

  test("every query goes to the selected data source", () => {
    const text = JSON.stringify(dashboard.panels);
    const uids = [...text.matchAll(/"uid":"([^"]*)"/gu)].map(([, uid]) => uid);
    expect(uids.length).toBeGreaterThan(dashboard.panels.length);
    expect(new Set(uids)).toEqual(new Set(["$datasource"]));
  });

  test("no panels overlap, and each has a title and a description", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, title, description } of dashboard.panels) {
      expect(title).not.toBe("");
      if (type !== "row") expect([title, (description ?? "").length > 10]).toEqual([title, true]);
    }
    const taken = new Set<string>();
    for (const {
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          expect(taken.has(`${column}:${row}`)).toBe(false);
          taken.add(`${column}:${row}`);
        }
      }
    }
  });

  test("the dashboard uses each of its variables, and no others", () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(names).toEqual(["datasource", "model", "version", "window", "stable"]);
    const used = new Set([...JSON.stringify(dashboard.panels).matchAll(/\$(\w+)/gu)].map(([, name]) => name));
    expect(used).toEqual(new Set([...names, "__rate_interval"]));
  });

  test("the confusion matrix has a row for each actual and a column for each predicted class", () => {
    const panel = dashboard.panels.find(({ title }) => title === "Confusion matrix");
    expect(panel?.type).toBe("table");
    expect(panel?.transformations?.at(-1)).toMatchObject({
      id: "groupingToMatrix",
      options: { rowField: "actual", columnField: "predicted", valueField: "Value" },
    });
  });

  test.each([
    { confusion: "nonzero", matrices: 2 },
    { confusion: "none", matrices: 0 },
  ])(
    "there are $matrices confusion matrices where the page has $confusion of their cells",
    ({ confusion, matrices }) => {
      const { panels } = dashboardOf(makeConfig({ more: { exposition: { confusion } } }));
      const of = panels.filter(({ title }) => title.startsWith("Confusion matrix"));
      expect(of).toHaveLength(matrices);
      expect(panels.some(({ type, title }) => type === "row" && title === "Confusion")).toBe(matrices > 0);
      // A cell that is not on the page is empty in the outcomes: it counts as 0 there.
      for (const { transformations } of of)
        expect(transformations?.at(-1)?.options).toMatchObject({ emptyValue: "zero" });
    },
  );

  test("the objectives of all models are dashed lines", () => {
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

  test("names that look like variables are left alone", () => {
    const values = { model: "X", version: "X", window: "X", stable: "X", datasource: "X", __rate_interval: "1m" };
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr } of targets) expect(interpolate(expr, values)).not.toContain("$");
    }
    // As PromQL writes a dollar that Grafana does not see.
    expect(JSON.stringify(dashboard.panels)).toContain(String.raw`\\u0024{model} \\u0024model`);
  });

  test("there is neither a variable of versions nor a comparison where tags have no version", () => {
    const plain = dashboardOf(
      makeConfig({
        sources: [{ files: ["*.jsonl"], fields: { model: "model", labels: { region: "region" } } }],
        more: { models: {} },
      }),
    );
    expect(plain.templating.list.map(({ name }) => name)).toEqual(["datasource", "model", "window"]);
    for (const { expr, legendFormat } of plain.panels.flatMap(({ targets = [] }) => targets)) {
      expect([expr, legendFormat]).toEqual([
        expect.not.stringContaining("version"),
        expect.not.stringContaining("version"),
      ]);
    }
    expect(plain.panels.map(({ title }) => title)).not.toContain("Versions");
    expect(plain.panels.flatMap(({ targets = [] }) => targets.map(({ legendFormat }) => legendFormat))).toContain(
      "{{region}} {{class}}",
    );
  });

  test("the matrix of mirrored replicas is counted once", () => {
    const mirrored = dashboardOf(makeConfig({ more: { prometheus: { replicas: "mirrored" } } }));
    const matrix = mirrored.panels.find(({ title }) => title === "Confusion matrix")?.targets?.[0]?.expr;
    expect(matrix).toMatch(
      /^sum by \(actual, predicted\) \(\s*max by \(namespace, model, version, window, actual, predicted\)/u,
    );
  });
});

describe("the address of the dashboard", () => {
  const config = makeConfig({ models: ["a & b/ü"], more: { grafana: { url: "https://grafana.example.com/g/" } } });

  test("the URL selects the model, whatever its name", () => {
    expect(dashboardUrl(config.grafana, "a & b/ü")).toBe(
      "https://grafana.example.com/g/d/model-quality?var-model=a%20%26%20b%2F%C3%BC",
    );
    expect(dashboardUrl(config.grafana, "*")).toBe("https://grafana.example.com/g/d/model-quality");
    expect(dashboardUrl(makeConfig().grafana, "fraud")).toBeUndefined();
  });

  test("the alerts of models without a dashboard of their own link to it", () => {
    const urls = makePlan(config)
      .alerts.flatMap(({ generated }) => generated ?? [])
      .map(({ annotations }) => annotations["dashboard_url"]);
    expect(urls).toContainEqual([dashboardUrl(config.grafana, "a & b/ü")]);
    expect(
      makePlan(makeConfig())
        .alerts.flatMap(({ generated }) => generated ?? [])
        .filter(({ annotations }) => "dashboard_url" in annotations),
    ).toEqual([]);
  });
});
