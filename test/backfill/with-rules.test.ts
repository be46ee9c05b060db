import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { tool } from "../generate/support/tools.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { readHistory } from "./history.ts";

const dir = tempDir();
const minutes = 70;
/** Unix seconds that are the epoch in promtool's tests. */
const start = Date.parse("2026-01-01T00:00:00Z") / 1000;

/** Pseudo-random numbers below 1, always the same ones. */
function random(): () => number {
  let state = 4711;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/** Outcomes of one version, then of another; or halves of them. */
function log(isJoined: boolean): string {
  const next = random();
  const classes = ["a", "b", "c", "d"];
  const pick = (): string => classes[Math.floor(next() ** 2 * classes.length)] ?? "a";
  const lines: { ts: string; [key: string]: unknown }[] = [];
  for (let at = 0; at < 240; at++) {
    const seconds = 330 + Math.floor(next() * 3000);
    const ts = new Date((start + seconds) * 1000 + 250).toISOString();
    const version = seconds < 1200 || next() < 0.1 ? "v1" : "v2";
    const model = next() < 0.8 ? "m" : "other";
    const [prediction, label] = [pick(), pick()];
    if (!isJoined) {
      lines.push({ ts, model, version, prediction, label });
      continue;
    }
    const id = String(at);
    lines.push({ ts, model, version, id, prediction });
    const later = new Date((start + seconds) * 1000 + Math.floor(next() * 600_000)).toISOString();
    if (next() < 0.7) lines.push({ ts: later, model, version, id, label });
  }
  lines.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

const objective = { metric: "recall", class: "a", min: 0.5, window: "10m", severity: "critical" };
const model = { team: "t", classes: ["a", "b", "c", "d", "unseen"], silentAfter: "5m", objectives: [objective] };

/** Writes times as those of promtool's tests. */
function valueOf(name: string, value: string | undefined): string | undefined {
  const isTime = /_timestamp_seconds(?::max)?\{/u.test(name);
  return isTime && value !== undefined ? String(Number(value) - start) : value;
}

test.each<[what: string, isJoined: boolean, rest: Record<string, unknown>]>([
  ["of sharded replicas, with versions that retire", false, { models: { m: model } }],
  ["of mirrored replicas", false, { models: { m: model }, prometheus: { replicas: "mirrored" } }],
  ["with classes past the limit", false, { models: { m: { ...model, classes: ["a"] } }, limits: { maxClasses: 3 } }],
  [
    "of a join, with the labelled shares",
    true,
    {
      models: { m: { ...model, join: { within: "1h", maturity: "2m" } } },
      join: { within: "1h" },
    },
  ],
])(
  "with --with-rules, the series are those that Prometheus records by the generated rules: %s",
  async (what, isJoined, rest) => {
    const folder = join(dir, what.replaceAll(/\W+/gu, "-"));
    mkdirSync(folder);
    const path = join(folder, "config.json");
    const id = isJoined ? { id: "id" } : {};
    const fields = { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts", ...id };
    const receivers = { hook: { webhook: { url: "http://127.0.0.1:1/" } } };
    const teams = { t: { critical: { receivers: ["hook"] } } };
    const sources = [{ name: "logs", files: ["/**"], fields }];
    const alerting = { defaultReceiver: "hook" };
    const windows = ["10m", { last: 20 }];
    writeFileSync(path, JSON.stringify({ sources, windows, receivers, teams, alerting, ...rest }));
    writeFileSync(join(folder, "log"), log(isJoined));
    expect(await run(["generate", "--config", path, "--out", folder])).toMatchObject({ code: 0 });
    const out = join(folder, "out");
    const args = [
      "--with-rules",
      "--label",
      "namespace=prod",
      "--to",
      new Date((start + minutes * 60) * 1000).toISOString(),
    ];
    expect(await run(["replay", join(folder, "log"), "--config", path, "--openmetrics", out, ...args])).toMatchObject({
      code: 0,
    });

    const history = readHistory(out);
    const names = new Set<string>();
    const series = new Map<string, string[]>();
    for (const samples of history.values()) {
      for (const name of samples.keys()) series.set(name, series.get(name) ?? []);
    }
    for (const [name, values] of series) {
      for (let minute = 0; minute <= minutes; minute++) {
        const value = valueOf(name, history.get(start + minute * 60)?.get(name));
        const wasThere = !["_", "stale", undefined].includes(values.at(-1));
        values.push(value ?? (wasThere ? "stale" : "_"));
      }
      if (/^tag\w*:/u.test(name)) names.add(name.slice(0, name.indexOf("{")));
    }
    expect(names.size).toBeGreaterThan(isJoined ? 30 : 23);
    const times = Array.from({ length: minutes - 7 }, (_time, at) => at + 7).filter((minute) => minute % 5 === 0);
    const isWrong = (name: string): string[] => [
      `(${name} unless (abs(${name} - expected:${name}) <= 1e-12))`,
      `(expected:${name} unless ${name})`,
    ];
    const tests = {
      rule_files: ["prometheus/rules/m.yml", "prometheus/rules/other-models.yml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: [...series].map(([name, values]) => ({
            series: /^tag\w*:/u.test(name) ? `expected:${name}` : name,
            values: values.join(" "),
          })),
          promql_expr_test: times.map((minute) => ({
            expr: [...names].flatMap(isWrong).join(" or "),
            eval_time: `${minute}m`,
            exp_samples: [],
          })),
        },
      ],
    };
    writeFileSync(join(folder, "test.yml"), stringify(tests));
    expect(tool("promtool", ["test", "rules", "test.yml"], { cwd: folder })).toContain("SUCCESS");
  },
);
