import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { makePlan } from "../../src/generate/plan.ts";
import { tempDir } from "../support/temp.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { makeConfig } from "./support/config.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

const config = parseConfig(
  {
    sources: [
      { name: "live", files: ["/var/log/live/*.jsonl"] },
      { name: "nightly", files: ["/var/log/nightly/*.jsonl"], silentAfter: "26h" },
      { name: "mixed", files: ["/var/log/mixed/*.jsonl"], where: { event: "prediction" } },
      { name: "rare", files: ["/var/log/rare/*.jsonl"], silentAfter: "never" },
    ],
    models: { fraud: {}, scores: { silentAfter: "26h" }, seldom: { silentAfter: "never" } },
  },
  "/etc/somewhere/model-quality.config.ts",
  {},
);

/** A series by its name and labels, and what promtool reads as its values: one a minute for two hours. */
type Series = Readonly<Record<string, string>>;

const exporter = (name: string, labels: string): string => `model_quality_exporter_${name}{${labels}}`;
const outcome = (labels: string): string => `model_quality_last_outcome_timestamp_seconds{${labels}}`;
const running = "0+60x120";
/** Goes with the time for 50 minutes, and then stands. */
const stopped = "0+60x50 3000x70";
const grows = (perMinute: number): string => `0+${perMinute}x120`;

const lines = (source: string, { errors = 0, skipped = 0, all = 100 }): Series => ({
  [exporter("lines_total", `source="${source}"`)]: grows(all),
  [exporter("line_errors_total", `source="${source}",reason="malformed"`)]: grows(errors),
  [exporter("lines_skipped_total", `source="${source}",reason="unlabelled"`)]: grows(skipped),
});
/** Lines of the source with conditions: how many of them are left out, and how many are rejected. */
const mixed = (all: string, leftOut: string, errors = "0x120"): Series => ({
  [exporter("lines_total", 'source="mixed"')]: all,
  [exporter("line_errors_total", 'source="mixed",reason="malformed"')]: errors,
  [exporter("lines_skipped_total", 'source="mixed",reason="where"')]: leftOut,
  [exporter("lines_skipped_total", 'source="mixed",reason="unlabelled"')]: "0x120",
});
const file = (source: string, name: string, lag: string, read?: string): Series => ({
  [exporter("source_lag_bytes", `source="${source}",file="${name}"`)]: lag,
  ...(read === undefined
    ? {}
    : { [exporter("source_last_read_timestamp_seconds", `source="${source}",file="${name}"`)]: read }),
});

const states: readonly { what: string; series: Series; firing: readonly string[] }[] = [
  {
    what: "all is well",
    series: {
      ...lines("live", { errors: 1, skipped: 60 }),
      ...file("live", "a", "0x120", running),
      [outcome('model="fraud",version="v1"')]: running,
      [exporter("files", 'source="live"')]: "2x120",
    },
    firing: [],
  },
  {
    what: "a model goes silent while its log goes on",
    series: {
      [outcome('model="fraud"')]: stopped,
      [outcome('model="other"')]: running,
      ...file("live", "a", "0x120", running),
    },
    firing: ["ModelQualityModelSilent fraud"],
  },
  {
    what: "one region of a model is silent, and another is not",
    series: { [outcome('model="fraud",region="eu"')]: stopped, [outcome('model="fraud",region="us"')]: running },
    firing: [],
  },
  {
    what: "a model that the config does not name goes silent, those that may be silent too",
    series: {
      [outcome('model="x"')]: stopped,
      [outcome('model="scores"')]: stopped,
      [outcome('model="seldom"')]: stopped,
    },
    firing: ["ModelQualityModelSilent x"],
  },
  {
    what: "a source gives nothing any more, and others that may pause do so",
    series: {
      ...file("live", "a", "0x120", stopped),
      ...file("nightly", "a", "0x120", stopped),
      ...file("rare", "a", "0x120", stopped),
    },
    firing: ["ModelQualityLogStalled live"],
  },
  {
    what: "dated logs were read to their ends",
    series: { ...file("live", "day-1", "0x120", "0x120"), ...file("live", "day-2", "0x120", running) },
    firing: [],
  },
  {
    what: "one file of two is not read on",
    series: { ...file("nightly", "a", "0x60 900x60", stopped), ...file("nightly", "b", "0x120", running) },
    firing: ["ModelQualityLogStalled nightly"],
  },
  {
    what: "a file may not be read",
    series: {
      ...file("rare", "a", "900x120"),
      [exporter("file_errors_total", 'source="rare",code="EACCES"')]: grows(60),
      [exporter("file_errors_total", 'source="live",code="ENOENT"')]: "0x60 1x60",
    },
    firing: ["ModelQualityFileErrors rare", "ModelQualityLogStalled rare"],
  },
  {
    what: "files vanish: at once where there always is one, and not yet where a batch is cleared away",
    series: {
      [exporter("files", 'source="live"')]: "1x60 0x60",
      [exporter("files", 'source="nightly"')]: "1x60 0x60",
      [exporter("files", 'source="rare"')]: "0x120",
    },
    firing: ["ModelQualityNoFiles live", "ModelQualityNoFiles rare"],
  },
  {
    what: "a file was lost before the exporter was scraped for the first time",
    series: { [exporter("files_lost_total", 'source="live"')]: "_x90 1x30" },
    firing: ["ModelQualityFilesLost live"],
  },
  {
    what: "lines come and none is counted",
    series: {
      ...lines("live", { errors: 30, skipped: 70 }),
      ...lines("nightly", { errors: 1, skipped: 98 }),
      ...lines("rare", { all: 3, skipped: 3 }),
    },
    firing: ["ModelQualityLineErrors live", "ModelQualityLineErrors nightly", "ModelQualityNothingCounted live"],
  },
  {
    what: "the config leaves out every line of a source that never had an event",
    series: mixed("0+100x120", "0+100x120"),
    firing: ["ModelQualityNothingCounted mixed"],
  },
  {
    what: "the config leaves out every line since the last event",
    series: mixed("0+100x120", "0+99x30 2970+100x90"),
    firing: [],
  },
  {
    what: "every line that the config does not leave out is rejected since the last event",
    series: mixed("0+100x120", "0+50x120", "0x30 0+50x90"),
    firing: ["ModelQualityLineErrors mixed", "ModelQualityNothingCounted mixed"],
  },
  {
    what: "the clock of one source is wrong, and another one read an old backlog",
    series: {
      ...lines("live", {}),
      // Batches: less than half of their outcomes are late, though more than there are lines.
      [exporter("outcomes_total", 'source="batches"')]: grows(1000),
      [exporter("events_late_total", 'source="batches",backlog="false"')]: grows(400),
      [exporter("events_future_total", 'source="batches",backlog="false"')]: "0x120",
      [exporter("outcomes_total", 'source="live"')]: grows(100),
      [exporter("events_late_total", 'source="live",backlog="false"')]: grows(80),
      [exporter("events_future_total", 'source="live",backlog="false"')]: "0x120",
      ...lines("nightly", {}),
      ...lines("batches", { all: 10 }),
      [exporter("outcomes_total", 'source="nightly"')]: grows(100),
      [exporter("events_late_total", 'source="nightly",backlog="true"')]: grows(100),
      [exporter("events_late_total", 'source="nightly",backlog="false"')]: "0x120",
      [exporter("events_future_total", 'source="nightly",backlog="false"')]: "0x120",
    },
    firing: ["ModelQualityOutcomesMisdated live"],
  },
  {
    what: "no exporter has the config of these rules",
    series: {},
    firing: ["ModelQualityModelAbsent fraud", "ModelQualityModelAbsent scores", "ModelQualityModelAbsent seldom"],
  },
  {
    what: "no exporter answers",
    series: { 'up{job="model-quality-exporter"}': "0x120" },
    firing: ["ModelQualityExporterDown"],
  },
];

describe("the states of the world, and which alerts fire in each", () => {
  const out = join(dir, "out");
  generateInto(config, out);
  // What is there in every state that says nothing else of it.
  const usual: Series = {
    'up{job="model-quality-exporter"}': "1x120",
    ...Object.fromEntries(
      ["fraud", "scores", "seldom"].map((model) => [`model_quality_samples{model="${model}",window="1h"}`, "0x120"]),
    ),
  };

  test.each(states)("$what", ({ what, series, firing }) => {
    const all =
      what === "no exporter has the config of these rules" ? { ...usual, ...absent } : { ...usual, ...series };
    const tests = {
      rule_files: ["prometheus/rules/exporter.yml", "prometheus/rules/silence.yml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: Object.entries(all).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [
            {
              expr: 'count by (alertname, model, source) (ALERTS{alertstate="firing"})',
              eval_time: "120m",
              exp_samples: firing.map((word) => {
                const [alertname = "", of] = word.split(" ");
                const label = alertname.startsWith("ModelQualityModel") ? "model" : "source";
                return {
                  labels: `{alertname="${alertname}"${of === undefined ? "" : `, ${label}="${of}"`}}`,
                  value: 1,
                };
              }),
            },
          ],
        },
      ],
    };
    writeFileSync(join(out, "states.yml"), stringify(tests, { lineWidth: 0 }));
    expect(tool("promtool", ["test", "rules", "states.yml"], { cwd: out })).toContain("SUCCESS");
  });

  const absent: Series = Object.fromEntries(
    Object.keys(usual)
      .filter((name) => name.startsWith("model_quality_samples"))
      .map((name) => [name, "_x120"]),
  );
});

test.each<{ what: string; silences: string[] }>([
  { what: "all of one silence, longer than an hour", silences: ["26h"] },
  { what: "of labels beside those of predictions", silences: ["1h", "never"] },
  { what: "of three silences", silences: ["10m", "26h", "never"] },
])("the generated tests pass for sources $what", ({ silences }) => {
  const sources = silences.map((silentAfter, n) => ({ files: [`/var/log/${n}/*.jsonl`], silentAfter }));
  const out = join(dir, silences.join("-"));
  generateInto(parseConfig({ sources }, "/etc/somewhere/model-quality.config.ts", {}), out);
  expect(tool("promtool", ["test", "rules", "prometheus/tests/exporter.yml"], { cwd: out })).toContain("SUCCESS");
});

describe("the severity of alerts that no objective sets", () => {
  test.each<{ routes: string[]; severity: string }>([
    { routes: ["critical", "warning"], severity: "warning" },
    { routes: ["info", "critical"], severity: "critical" },
    { routes: ["ticket", "info"], severity: "info" },
    { routes: ["ticket", "page"], severity: "ticket" },
  ])("a team that routes $routes gets them as $severity", ({ routes, severity }) => {
    const teams = { owners: Object.fromEntries(routes.map((word) => [word, ["hook"]])) };
    const { models } = makePlan(makeConfig({ models: { "*": { team: "owners" }, a: { team: "owners" } }, teams }));
    expect(
      new Set(
        models
          .flatMap(({ silence }) => silence)
          .map(({ labels }) => `${labels["team"] ?? ""} ${labels["severity"] ?? ""}`),
      ),
    ).toEqual(new Set([`owners ${severity}`]));
  });
});
