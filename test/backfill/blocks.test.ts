import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { DaySeries, Series } from "../../src/replay/day-series.ts";
import { OpenMetricsWriter } from "../../src/replay/openmetrics.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { findProgram } from "../support/tools.js";
import { dayFiles, readHistory } from "./history.ts";

const dir = tempDir();
const minute = 60_000;
const day = 1440 * minute;

function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(findProgram("promtool") ?? "promtool", args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({ args, status: 0, stderr: "" });
  return stdout;
}

/** Reads all samples of blocks, sorted: `name{labels} value time`. */
function dump(blocks: string): string[] {
  // promtool opens nothing else.
  mkdirSync(join(blocks, "wal"), { recursive: true });
  const lines = promtool("tsdb", "dump", blocks).trim().split("\n");
  return lines
    .map((line) => {
      const [, labels = "", value = "", time = ""] = /^\{(.*)\} (\S+) (\d+)$/su.exec(line) ?? [];
      const [name = "", ...others] = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gsu)]
        .map(([, label = "", text = ""]) => (label === "__name__" ? text : `${label}="${text}"`))
        .sort((a, b) => Number(a.includes("=")) - Number(b.includes("=")) || (a < b ? -1 : 1));
      return `${name}{${others.join(",")}} ${Number(value)} ${time}`;
    })
    .sort();
}

/** The same of the files. */
function written(folder: string): string[] {
  return [...readHistory(folder)]
    .flatMap(([time, samples]) =>
      [...samples].map(([series, value]) => {
        const [, name = "", labels = ""] = /^([^{]+)\{(.*)\}$/su.exec(series) ?? [];
        const pairs = [...labels.matchAll(/\w+="(?:[^"\\]|\\.)*"/gsu)].map(([pair]) => pair);
        return `${name}{${pairs.sort().join(",")}} ${Number(value)} ${time * 1000}`;
      }),
    )
    .sort();
}

const config = join(dir, "config.json");
writeFileSync(
  config,
  JSON.stringify({
    sources: [
      {
        name: "logs",
        files: ["/**"],
        fields: { model: "model", predicted: "prediction", actual: "label", time: "ts" },
      },
    ],
    windows: ["1h", { last: 10 }],
    limits: { tagIdle: "3h" },
  }),
);

function log(name: string, lines: readonly { readonly ts: number; readonly model?: string }[]): string {
  const path = join(dir, name);
  const outcome = { model: "m", prediction: "a" };
  const text = lines.map((line, at) => JSON.stringify({ ...outcome, label: at % 3 === 0 ? "b" : "a", ...line }));
  writeFileSync(path, text.map((line) => `${line}\n`).join(""));
  return path;
}

describe("promtool makes blocks of the files of a backfill", () => {
  const start = Date.parse("2026-01-30T20:10:00Z");
  // Over the end of a month, a day without events, and tags that begin and end.
  const lines = [
    ...Array.from({ length: 30 }, (_line, at) => ({ ts: start + at * 7 * minute, model: "first" })),
    ...Array.from({ length: 30 }, (_line, at) => ({ ts: start + 2 * day + at * 11 * minute, model: 'say "b"\\' })),
  ];

  test("of each day, with exactly the samples that were written", async () => {
    const out = join(dir, "days");
    const blocks = join(dir, "blocks");
    const args = ["replay", log("month", lines), "--config", config, "--openmetrics", out, "--blocks", blocks];
    const { code, stderr } = await run([...args, "--step", "2m", "--with-rules"]);
    expect(code).toBe(0);
    expect(dayFiles(out)).toEqual(["2026-01-30.om", "2026-01-31.om", "2026-02-01.om", "2026-02-02.om"]);
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
    const samples = written(out);
    expect(Number(/^(\d+) samples/mu.exec(stderr)?.[1])).toBe(samples.length);
    expect(dump(blocks)).toEqual(samples);
  });

  test("without files of one's own, and nothing is left beside the blocks", async () => {
    const blocks = join(dir, "only-blocks");
    const args = ["replay", log("short", lines.slice(0, 5)), "--config", config, "--blocks", blocks];
    expect((await run(args)).code).toBe(0);
    expect(readdirSync(blocks).filter((name) => !/^[0-9A-Z]{26}$/u.test(name))).toEqual([]);
    expect(dump(blocks).length).toBeGreaterThan(100);
  });

  test("from a stream that was saved, also with times in milliseconds", async () => {
    const args = ["replay", log("streamed", lines), "--config", config, "--openmetrics", "-", "--metrics", "outcomes"];
    const seconds = await run(args);
    const ms = await run([...args, "--timestamps", "ms"]);
    expect(ms.stdout.replace(/000$/gmu, "")).toBe(seconds.stdout);
    const path = join(dir, "stream.om");
    writeFileSync(path, seconds.stdout);
    const blocks = join(dir, "stream-blocks");
    promtool("tsdb", "create-blocks-from", "openmetrics", path, blocks);
    expect(dump(blocks)).toHaveLength(seconds.stdout.split("\n").filter((line) => /^[^#]/u.test(line)).length);
  });

  test("that is installed: else a message says what to do", async () => {
    const args = ["replay", log("alone", lines), "--config", config, "--blocks", join(dir, "none")];
    const { code, stderr } = await run(args, { env: { PATH: "/nonexistent" } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/promtool.*--openmetrics DIR.*\n$/u) });
  });
});

/** Writes values, one a minute; an absent one is undefined. */
function write(name: string, values: readonly (readonly (number | undefined)[])[], mostChanges?: number): string {
  const folder = join(dir, name);
  mkdirSync(folder);
  const all = new DaySeries();
  const to = { kind: "folder", folder, prepare: () => undefined, onDay: () => undefined } as const;
  const writer = new OpenMetricsWriter(all, to, "s", mostChanges);
  const family = all.add({ name: "x", head: "# HELP x X.\n# TYPE x gauge\n", isWritten: true, series: new Map() });
  const series = (values[0] ?? []).map((_value, at) => {
    const one = new Series(family, `x{at="${at}"} `, new Map());
    family.series.set(one.start, one);
    return one;
  });
  values.forEach((row, minutes) => {
    writer.begin(Date.parse("2026-01-31T23:50:00Z") + minutes * minute);
    series.forEach((one, at) => {
      all.set(one, row[at] ?? Number.NaN);
    });
  });
  writer.end();
  return folder;
}

test("values come back from blocks to the last bit", () => {
  const values = [0.1 + 0.2, 2 ** 53, 1 / 3, 5e-324, 1.797_693_134_862_315_7e308, 1e21, -0.5, 0];
  const folder = write("values", [values]);
  const blocks = join(dir, "value-blocks");
  promtool("tsdb", "create-blocks-from", "openmetrics", join(folder, "2026-01-31.om"), blocks);
  const found = dump(blocks).map((line) => Number(line.split(" ")[1]));
  expect(found).toEqual(values);
});

test("a day that was written down in parts, since it took too much memory, is the same day", () => {
  const rows = Array.from({ length: 30 }, (_row, at) => [
    at,
    7,
    at % 4 === 0 ? at : undefined,
    at > 5 && at < 20 ? 1 : undefined,
  ]);
  const whole = write("whole", rows);
  const files = (folder: string): string[] =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  for (const most of [1, 2, 3, 10]) expect(files(write(`parts-${most}`, rows, most))).toEqual(files(whole));
  expect(written(whole)).toHaveLength(30 + 30 + 8 + 14);
});
