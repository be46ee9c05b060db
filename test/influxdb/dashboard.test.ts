import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { generate } from "../../src/generate/outputs.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { Influxd } from "./influxd.ts";

const dir = tempDir();
const login = "mqe:s3cret";
const start = Date.parse("2026-10-01T00:00:00Z");

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly query: string; readonly resultFormat: string }[];
}

function configOf(influxdb: unknown, more: Readonly<Record<string, unknown>> = {}) {
  return {
    sources: [
      { files: ["*.jsonl"], fields: { model: "model", version: "version", predicted: "p", actual: "a", time: "ts" } },
    ],
    windows: [{ last: 200 }],
    models: {
      fraud: {
        team: "payments",
        objectives: [
          { metric: "recall", class: "fraud", min: 0.85, window: { last: 200 }, severity: "warning" },
          { metric: "accuracy", min: 0.5, window: { last: 200 }, severity: "warning" },
        ],
      },
    },
    teams: { payments: { warning: ["hook"] } },
    receivers: { hook: { webhook: { url: "http://127.0.0.1:9/" } } },
    alerting: { defaultReceiver: "hook" },
    influxdb,
    ...more,
  };
}

function generated(influxdb: unknown, more: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> {
  return generate(parseConfig(configOf(influxdb, more), join(dir, "c.json"), {})).files;
}

const v1 = { url: "http://127.0.0.1:8086", api: "v1", database: "models", tags: { instance: "a" } };
const dashboardPath = "deploy/grafana/model-quality-influxdb.json";
const sourcePath = "deploy/grafana/provisioning/datasources/influxdb.yaml";

function panelsOf(files: ReadonlyMap<string, string>): readonly Panel[] {
  const dashboard = JSON.parse(files.get(dashboardPath) ?? "{}") as { panels: Panel[] };
  return dashboard.panels.filter(({ type }) => type !== "row");
}

describe("what is generated for Grafana over InfluxDB", () => {
  test("a dashboard and a data source are generated only where the config writes to InfluxDB", () => {
    expect([...generated(undefined).keys()].filter((path) => path.includes("influxdb"))).toEqual([]);
    expect([...generated(v1).keys()].filter((path) => path.includes("influxdb"))).toEqual([dashboardPath, sourcePath]);
  });

  test.each([
    {
      influxdb: { ...v1, url: "http://influx:8086/$a", database: "my $models", username: "mqe", passwordFile: "p" },
      source: {
        url: "http://influx:8086/$$a",
        user: "mqe",
        jsonData: { dbName: "my $$models", httpMode: "POST", timeInterval: "15s" },
        secureJsonData: { password: "$INFLUXDB_PASSWORD" },
      },
    },
    {
      influxdb: { url: "https://influx", api: "v2", org: "ml", bucket: "quality", tokenFile: "t", interval: "1m" },
      source: {
        url: "https://influx",
        jsonData: { dbName: "quality", httpMode: "POST", httpHeaderName1: "Authorization", timeInterval: "60s" },
        secureJsonData: { httpHeaderValue1: "Token $INFLUXDB_TOKEN" },
      },
    },
    {
      influxdb: { url: "https://influx", api: "v3", database: "quality" },
      source: { url: "https://influx", jsonData: { dbName: "quality", httpMode: "POST", timeInterval: "15s" } },
    },
  ])("the data source of $influxdb.api is asked in InfluxQL, and holds no secret", ({ influxdb, source }) => {
    expect(parse(generated(influxdb).get(sourcePath) ?? "")).toEqual({
      apiVersion: 1,
      datasources: [
        { name: "InfluxDB", uid: "influxdb", type: "influxdb", access: "proxy", editable: false, ...source },
      ],
    });
  });

  test("each panel asks the data source that is selected; without cells there is no confusion matrix", () => {
    const panels = panelsOf(generated(v1));
    expect(panels.length).toBeGreaterThan(12);
    for (const { datasource } of panels) expect(datasource).toEqual({ type: "influxdb", uid: "$datasource" });
    const titles = (of: readonly Panel[]): readonly string[] => of.map(({ title }) => title);
    expect(titles(panels)).toContain("Confusion matrix");
    expect(titles(panelsOf(generated({ ...v1, confusion: "none" })))).not.toContain("Confusion matrix");
  });
});

/** Outcomes of a version at a replica, one each second: of the frauds so many of 10 are caught. */
function outcomes(version: string, caught: number): string {
  return Array.from({ length: 100 }, (_line, n) => {
    const a = n % 2 === 0 ? "fraud" : "legit";
    const p = a === "fraud" && Math.floor(n / 2) % 10 < caught ? "fraud" : "legit";
    return `${JSON.stringify({ model: "fraud", version, p, a, ts: new Date(start + n * 1000).toISOString() })}\n`;
  }).join("");
}

describe.each([{ replicas: "sharded" }, { replicas: "mirrored" }])(
  "the dashboard over $replicas replicas",
  ({ replicas }) => {
    let influxd: Influxd;
    let files: ReadonlyMap<string, string>;

    beforeAll(async () => {
      influxd = await Influxd.start(join(dir, replicas), { login });
      await influxd.query("CREATE DATABASE models");
      const config = configOf(
        { ...v1, url: influxd.url, username: "mqe", passwordFile: "password" },
        { prometheus: { replicas } },
      );
      writeFileSync(join(dir, "password"), "s3cret");
      writeFileSync(join(dir, "c.json"), JSON.stringify(config));
      for (const [instance, caught] of [
        ["a", 8],
        ["b", replicas === "sharded" ? 6 : 8],
      ] as const) {
        writeFileSync(join(dir, "log.jsonl"), outcomes("v1", caught) + outcomes("v2", caught));
        // What is written twice must not count twice.
        for (let times = instance === "a" && replicas === "sharded" ? 2 : 1; times > 0; times--) {
          const { code, stderr } = await run(
            ["replay", "log.jsonl", "--config", "c.json", "--influxdb", "--label", `instance=${instance}`],
            { cwd: dir },
          );
          expect({ code, stderr }).toEqual({
            code: 0,
            stderr: expect.stringMatching(/lines written to http/u) as unknown,
          });
        }
      }
      files = generated({ ...v1, url: influxd.url }, { prometheus: { replicas } });
    });

    /** The rows that a query of a panel gives, as Grafana asks it. */
    async function answer(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
      const to = start + 105_000;
      const text = query
        .replaceAll("$timeFilter", `time >= ${start}ms and time <= ${to}ms`)
        .replaceAll("$__interval", "15s")
        .replaceAll("${__to}", String(to))
        .replaceAll("$model", "fraud")
        .replaceAll("$version", ".*")
        .replaceAll("$window", "last_200");
      expect(text).not.toMatch(/\$(?!\/)/u);
      return (await influxd.query(text)).flatMap(({ tags, rows }) => rows.map((row) => ({ ...tags, ...row })));
    }

    async function last(title: string, refId: string, tags: Readonly<Record<string, string>>): Promise<unknown> {
      const panel = panelsOf(files).find((one) => one.title === title);
      const query = panel?.targets?.find((target) => target.refId === refId)?.query ?? "";
      const rows = (await answer(query)).filter((row) =>
        Object.entries(tags).every(([name, value]) => row[name] === value),
      );
      return Object.entries(rows.at(-1) ?? {}).find(
        ([name]) => name !== "time" && !(name in { ...tags, version: 0 }),
      )?.[1];
    }

    test("every query of every panel and variable finds data", async () => {
      const found: unknown[] = [];
      for (const { title, targets = [] } of panelsOf(files)) {
        // A replay has no exporter.
        if (["Behind", "Rejected lines", "Tags"].includes(title)) continue;
        for (const { refId, query } of targets) found.push([title, refId, (await answer(query)).length > 0]);
      }
      expect(found.length).toBeGreaterThan(12);
      expect(found).toEqual(found.map(() => [expect.anything(), expect.anything(), true]));
      const { templating } = JSON.parse(files.get(dashboardPath) ?? "{}") as {
        templating: { list: { name: string; type: string; query: string }[] };
      };
      for (const { name, query } of templating.list.filter(({ type }) => type === "query")) {
        expect([name, (await answer(query)).map(({ value }) => value)]).toEqual([
          name,
          name === "model" ? ["fraud"] : name === "version" ? ["v1", "v2"] : ["last_200"],
        ]);
      }
    });

    const [both, caught] = replicas === "sharded" ? [200, 70] : [100, 40];
    test("the counts of the replicas are added, and divided afterwards", async () => {
      expect(await last("Outcomes", "samples", { version: "v1" })).toBe(both);
      const recall = caught / (both / 2);
      const precision = 1;
      const f1 = (2 * recall * precision) / (recall + precision);
      expect(await last("Recall", "recall", { version: "v1", class: "fraud" })).toBeCloseTo(recall, 12);
      expect(await last("F1", "f1", { version: "v1", class: "fraud" })).toBeCloseTo(f1, 12);
      expect(await last("Accuracy", "accuracy", { version: "v1" })).toBeCloseTo((both / 2 + caught) / both, 12);
      const legit = both / 2 / (both / 2 + both / 2 - caught);
      const f1OfLegit = (2 * legit) / (1 + legit);
      expect(await last("Macro F1", "f1", { version: "v1" })).toBeCloseTo((f1 + f1OfLegit) / 2, 12);
    });

    test("the confusion matrix has the outcomes of all versions, and the objectives are each exporter's", async () => {
      const query = (title: string): string =>
        panelsOf(files).find((one) => one.title === title)?.targets?.[0]?.query ?? "";
      const cells = (await answer(query("Confusion matrix"))).map(({ actual, predicted, outcomes: n }) => [
        `${String(actual)} as ${String(predicted)}`,
        n,
      ]);
      expect(Object.fromEntries(cells)).toEqual({
        "fraud as fraud": 2 * caught,
        "fraud as legit": both - 2 * caught,
        "legit as legit": both,
      });
      const objectives = (await answer(query("Objectives"))).filter(
        ({ instance, version }) => instance === "a" && version === "v1",
      );
      expect(objectives).toEqual([
        expect.objectContaining({ objective: "accuracy min", missed: 0, value: 0.9, bound: 0.5, samples: 100 }),
        expect.objectContaining({ objective: "recall of fraud min", missed: 0, value: 0.8, bound: 0.85, samples: 50 }),
      ]);
    });
  },
);
