import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { mainPath, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { dayFiles, parseHistory, readHistory } from "./history.ts";

const dir = tempDir();
const minute = 60_000;
const day = 1440 * minute;
const start = Date.parse("2026-02-27T12:00:00Z");

const config = join(dir, "config.json");
const fields = { predicted: "prediction", actual: "label", time: "ts" };
writeFileSync(
  config,
  JSON.stringify({ sources: [{ name: "logs", files: ["/**"], fields }], windows: ["5m", "1h", { last: 10 }] }),
);

/** Lines of outcomes, one every so many minutes. */
function outcomes(from: number, count: number, minutes: number): string {
  const lines = Array.from({ length: count }, (_line, at) => {
    const classes = { prediction: `c${at % 3}`, label: `c${(at * at) % 3}` };
    return JSON.stringify({ ts: from + at * minutes * minute, model: "m", ...classes });
  });
  return lines.map((line) => `${line}\n`).join("");
}

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const threeDays = file("three-days", outcomes(start, 200, 20));
const replay = (...args: readonly string[]): ReturnType<typeof run> => run(["replay", "--config", config, ...args]);

describe("a backfill is refused, with what is wrong and what mends it", () => {
  const out = join(dir, "refused");
  const to = ["--openmetrics", out];
  test.each<[args: readonly string[], message: RegExp]>([
    [
      ["--step", "1m"],
      /^model-quality-exporter: --step needs --openmetrics, --blocks, --influxdb or --line-protocol\n$/u,
    ],
    [["--with-rules"], /--with-rules needs --openmetrics or --blocks/u],
    [[...to, "--step", "5m"], /--step 5m: .*holes.*--force/u],
    [[...to, "--step", "0s"], /--step: expected a duration of at least 1s, like "1m", got "0s"/u],
    [[...to, "--step", "soon"], /--step: expected .*"soon"/u],
    [[...to, "--from", "yesterday"], /--from: expected a time like .*"yesterday"/u],
    [[...to, "--to", "2026-02-30"], /--to: expected a time like/u],
    [[...to, "--to", "2026-02-28T12:00:00"], /--to: expected a time like/u],
    [[...to, "--from", "2026-03-02", "--to", "2026-03-01"], /--from: it is after --to/u],
    [[...to, "--label", "job"], /--label: expected NAME=VALUE, got "job"/u],
    [[...to, "--label", "window=x"], /--label window=x: series have this label already/u],
    [[...to, "--label", "__name__=x"], /--label: expected NAME=VALUE/u],
    [[...to, "--window", "7d"], /--window 7d: the config has 5m, 1h, last_10/u],
    [[...to, "--metrics", "("], /--metrics: /u],
    [[...to, "--timestamps", "us"], /--timestamps/u],
    [[...to, "--json"], /--json/u],
    [["--openmetrics", ""], /expected a directory/u],
    [["--openmetrics", "-", "--blocks", out], /--blocks: promtool reads files only/u],
    [["--openmetrics", config], /--openmetrics: .* is a file/u],
    [["--openmetrics", dir], /--openmetrics .*: the folder holds .*, which no backfill wrote/u],
    [
      [...to, "--from", "2026-02-01", "--to", "2027-02-01", "--step", "1s"],
      /at --step 1s: \d+ instants of at least \d+ series would be about [\d.]+ (?:GB|TB); choose a longer --step/u,
    ],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await replay(threeDays, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test.each<[what: string, text: string, args: readonly string[], message: RegExp]>([
    ["no event has a time", '{"model":"m","prediction":"a","label":"a"}\n', [], /no event has a time/u],
    [
      "none lies between the bounds",
      outcomes(start, 3, 1),
      ["--to", "2026-01-01"],
      /outside of --from and --to; the latest is of 2026-02-27T12:02:00/u,
    ],
    ["all are younger than three hours", outcomes(Date.now() - 60 * minute, 3, 1), [], /younger than 3h/u],
  ])("where %s", async (_what, text, args, message) => {
    const folder = join(dir, "nothing");
    const { code, stderr } = await replay(file("nothing.log", text), "--openmetrics", folder, ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(dayFiles(folder)).toEqual([]);
  });
});

test("a fine step over a short log of long ago is no large backfill", async () => {
  const out = join(dir, "fine");
  const { code } = await replay(file("short", outcomes(start, 3, 1)), "--step", "1s", "--openmetrics", out);
  expect(code).toBe(0);
  expect(readHistory(out).size).toBe(121);
});

test("what is younger than three hours is left out, with a note", async () => {
  const out = join(dir, "young");
  const log = file("young.log", outcomes(Date.now() - 300 * minute, 250, 1));
  const { code, stderr } = await replay(log, "--openmetrics", out);
  expect(code).toBe(0);
  expect(stderr).toContain("the last 3h before now are left out");
  const last = Math.max(...readHistory(out).keys()) * 1000;
  expect(Math.abs(last - (Date.now() - 180 * minute))).toBeLessThan(3 * minute);
});

test("labels, metrics and windows are those that are asked for", async () => {
  const out = join(dir, "asked");
  const asked = ["--metrics", "accuracy|outcomes", "--window", "1h", "--window", "last_10"];
  const labels = ["--label", "job=models", "--label", "instance=", "--label", 'site=a "b"'];
  expect((await replay(threeDays, "--openmetrics", out, ...asked, ...labels)).code).toBe(0);
  const series = new Set([...readHistory(out).values()].flatMap((samples) => [...samples.keys()]));
  const given = 'job="models",site="a \\"b\\"",model="m"';
  expect([...series].sort()).toEqual([
    `model_quality_accuracy_ratio{${given},window="1h"}`,
    `model_quality_accuracy_ratio{${given},window="last_10"}`,
    `model_quality_balanced_accuracy_ratio{${given},window="1h"}`,
    `model_quality_balanced_accuracy_ratio{${given},window="last_10"}`,
    `model_quality_outcomes_total{${given}}`,
  ]);
});

test("job and instance are those of the generated scrape config", async () => {
  const { stdout } = await replay(
    threeDays,
    "--openmetrics",
    "-",
    "--to",
    "2026-02-27T13:00:00Z",
    "--metrics",
    "outcomes",
  );
  const [first] = parseHistory(stdout).values();
  const [series] = first?.keys() ?? [];
  expect(series).toBe('model_quality_outcomes_total{job="model-quality-exporter",instance="127.0.0.1:9877",model="m"}');
});

test("cells of a matrix of 100 classes are written only where they are asked for", async () => {
  const lines = Array.from({ length: 300 }, (_line, at) =>
    JSON.stringify({ ts: start + at * 1000, model: "m", prediction: `c${at % 100}`, label: `c${(at * 7) % 100}` }),
  );
  const log = file("hundred", lines.map((line) => `${line}\n`).join(""));
  const [unasked, asked] = [join(dir, "unasked"), join(dir, "asked-cells")];
  const first = await replay(log, "--openmetrics", unasked, "--window", "last_10");
  expect(first.stderr).toContain("cells of confusion matrices of more than 10 classes are left out (m)");
  const second = await replay(log, "--openmetrics", asked, "--window", "1h", "--metrics", "confusion");
  expect(second.stderr).not.toContain("left out");
  const cells = (folder: string): number[] =>
    [...readHistory(folder).values()].map((of) => [...of.keys()].filter((name) => name.includes("_confusion_")).length);
  // At the first instant there is one outcome, of one class.
  expect(
    cells(unasked)
      .slice(1)
      .every((count) => count === 0),
  ).toBe(true);
  expect(cells(asked).at(-1)).toBe(10_000);
});

describe("a folder holds one backfill", () => {
  const files = (folder: string): (readonly [string, string])[] =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

  test("the same of the same log, and of two pods that share it, in any order", async () => {
    const [first, second, third] = [join(dir, "first"), join(dir, "second"), join(dir, "third")];
    const lines = readFileSync(threeDays, "utf8").split(/(?<=\n)/u);
    const pods = [0, 1].map((pod) => file(`pod-${pod}`, lines.filter((_line, at) => at % 2 === pod).join("")));
    expect((await replay(threeDays, "--openmetrics", first)).code).toBe(0);
    expect((await replay(...pods, "--openmetrics", second)).code).toBe(0);
    expect((await replay(...pods.toReversed(), "--openmetrics", third)).code).toBe(0);
    expect(files(first)).toHaveLength(4);
    expect(files(second)).toEqual(files(first));
    expect(files(third)).toEqual(files(first));
  });

  test("another one replaces it, with what a killed one left, and blocks beside it stay", async () => {
    const out = join(dir, "again");
    await replay(threeDays, "--openmetrics", out);
    mkdirSync(join(out, "blocks"));
    writeFileSync(join(out, ".2026-02-28.om.partial"), "half");
    writeFileSync(join(out, ".2026-02-28.om.parts"), "half");
    const { code } = await replay(threeDays, "--openmetrics", out, "--to", "2026-02-28T06:00:00Z");
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["2026-02-27.om", "2026-02-28.om", "blocks"]);
  });

  test("one that writes nothing replaces nothing", async () => {
    const out = join(dir, "kept");
    await replay(threeDays, "--openmetrics", out);
    const before = files(out);
    expect((await replay(threeDays, "--openmetrics", out, "--to", "2026-01-01")).code).toBe(1);
    expect(files(out)).toEqual(before);
  });
});

test("one that is killed half-way leaves whole days only, and the next one goes through", async () => {
  const out = join(dir, "killed");
  const child = spawn(process.execPath, [mainPath, "replay", "-", "--config", config, "--openmetrics", out]);
  child.stdin.on("error", () => undefined);
  // The stream stays open: what follows may be earlier.
  child.stdin.write(outcomes(start, 500, 7));
  child.stdin.write(outcomes(start + 3 * day, 2000, 1));
  await eventually(() => Promise.resolve(existsSync(join(out, "2026-02-27.om"))), "a day is written");
  child.kill("SIGKILL");
  await once(child, "close");
  expect(dayFiles(out).length).toBeGreaterThan(0);
  readHistory(out);
  expect((await replay(threeDays, "--openmetrics", out)).code).toBe(0);
  expect(readdirSync(out)).toHaveLength(4);
});

test("a full disk ends it with one message and no half file", () => {
  const out = join(dir, "full");
  const words = [process.execPath, mainPath, "replay", threeDays, "--config", config, "--openmetrics", out];
  // In blocks of 512 bytes: enough for the first, half day.
  const limited = ["-c", 'ulimit -f 24000; exec "$@"', "sh", ...words];
  const { status, stderr } = spawnSync("/bin/sh", limited, { encoding: "utf8" });
  expect(stderr).toMatch(/^model-quality-exporter: cannot write .*\.2026-02-28\.om\.partial: EFBIG.*\n$/u);
  expect(status).toBe(1);
  expect(readdirSync(out)).toEqual(["2026-02-27.om"]);
  readHistory(out);
});
