import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { expectFigures, goldenFigures, goldenRows } from "../support/golden.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

type Row = Record<string, string | number>;

interface Report {
  readonly tags: readonly { labels: Record<string, string>; windows: readonly unknown[] }[];
  readonly lines: { readonly skipped: Readonly<Record<string, number>> };
}

/** Logs of the iris rows as servers and loggers write them, and a line of another kind after each. */
const logs: readonly {
  readonly what: string;
  readonly source: Record<string, unknown>;
  readonly line: (row: Row) => unknown;
  readonly other: unknown;
  readonly reason: string;
}[] = [
  {
    what: "structlog's predictions and other events",
    source: {
      where: { event: "scored" },
      fields: { predicted: "pred", actual: "truth", time: "timestamp" },
    },
    line: ({ ts, model, prediction, label }) => ({
      pred: prediction,
      truth: label,
      model,
      event: "scored",
      timestamp: ts,
    }),
    other: { event: "started", level: "info", pred: "x" },
    reason: "where",
  },
  {
    what: "JSON lines of a server among its access log, tracebacks and other JSON",
    source: { lines: '^\\{.*"pred"', fields: { predicted: "pred", actual: "truth", time: "ts" } },
    line: ({ ts, model, prediction, label }) => ({ pred: prediction, truth: label, model, ts }),
    other: '127.0.0.1 - - [01/Jan/2026] "GET / HTTP/1.1" 200 5\nTraceback (most recent call last):\n{"msg":"up"}',
    reason: "line",
  },
  {
    what: "Filebeat's lines of a server, its predictions and its other output",
    source: {
      wrapper: { path: "message" },
      missing: ["None"],
      fields: {
        model: { path: "source", match: "onlineEndpoints/(?<model>[^/]+)" },
        predicted: "pred",
        actual: "truth",
        id: ["client_id", "id"],
        time: { path: "at", match: "^at (.*)", zone: "UTC" },
      },
    },
    line: ({ ts, model, prediction, label }) => ({
      "@timestamp": "2026-03-01T09:15:27.440Z",
      "@metadata": { beat: "filebeat" },
      log: { offset: 88 },
      message: JSON.stringify({
        source: `/ml/onlineEndpoints/${model ?? ""}/deployments/blue`,
        pred: prediction,
        truth: label,
        at: `at ${String(ts).slice(0, 19).replace("T", " ")},250`,
      }),
    }),
    other: { "@timestamp": "2026-03-01T09:15:27.440Z", message: "INFO: 127.0.0.1 GET /" },
    reason: "wrapper",
  },
  {
    what: "pino's predictions at level 30, and errors at 50",
    source: {
      where: { level: [20, 30], msg: "scored" },
      fields: { predicted: "out.class", actual: "out.truth", time: "time" },
    },
    line: ({ ts, model, prediction, label }) => ({
      level: 30,
      time: Date.parse(String(ts)),
      model,
      out: { class: prediction, truth: label },
      msg: "scored",
    }),
    other: { level: 50, msg: "scored", model: "iris" },
    reason: "where",
  },
];

test("replay gives scikit-learn's figures of logs that hold other lines between, and counts those by reason", async () => {
  const rows = goldenRows("iris");
  const named = logs.map((log, at) => ({ ...log, model: `iris_${at}`, file: `iris_${at}.log` }));
  for (const { file, model, line, other } of named) {
    const lines = rows.flatMap((row) => [line({ ...row, model }), other]);
    const texts = lines.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
    writeFileSync(join(dir, file), `${texts.join("\n")}\n`);
  }
  const sources = named.map(({ what, source, file }) => ({ name: what, files: [file], ...source }));
  const config = join(dir, "config.json");
  writeFileSync(config, JSON.stringify({ sources, windows: ["24h", { last: 100 }] }));
  const ended = await run(["replay", "--json", "--config", config, ...named.map(({ file }) => join(dir, file))]);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  const report = JSON.parse(ended.stdout) as Report;
  const figures = goldenFigures("iris");
  for (const { model, what } of named) {
    const tags = report.tags.filter(({ labels }) => labels["model"] === model);
    expect([what, tags.length]).toEqual([what, 1]);
    expectFigures(tags[0]?.windows[0], figures.all, what);
    expectFigures(tags[0]?.windows[1], figures.lastRows, what);
  }
  const skipped: Record<string, number> = {};
  for (const { reason, other } of logs) {
    const lines = typeof other === "string" ? other.split("\n").length : 1;
    skipped[reason] = (skipped[reason] ?? 0) + lines * rows.length;
  }
  expect(report.lines).toMatchObject({ rejected: {}, skipped });
});

test("replay gives a log to each of the sources that select other lines of it, and asks where two select the same", async () => {
  const rows = goldenRows("iris");
  const lines = rows.flatMap((row) => ["iris_a", "iris_b", "none"].map((model) => ({ ...row, model, kind: model })));
  const file = join(dir, "shared.log");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const source = (name: string, kind: string): object => ({ name, files: ["*red.log"], where: { kind } });
  const config = join(dir, "shared.json");
  const replay = (sources: readonly object[], ...args: string[]): ReturnType<typeof run> => {
    writeFileSync(config, JSON.stringify({ sources, windows: ["24h", { last: 100 }] }));
    return run(["replay", "--json", "--config", config, ...args, file]);
  };
  const both = [source("a", "iris_a"), source("b", "iris_b")];
  const ended = await replay(both);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  const report = JSON.parse(ended.stdout) as Report;
  expect(report.tags.map(({ labels }) => labels["model"])).toEqual(["iris_a", "iris_b"]);
  for (const { windows } of report.tags) {
    expectFigures(windows[0], goldenFigures("iris").all, "all");
    expectFigures(windows[1], goldenFigures("iris").lastRows, "the last");
  }
  expect(report.lines.skipped).toEqual({ where: 4 * rows.length });

  const one = JSON.parse((await replay(both, "--source", "b")).stdout) as Report;
  expect(one.tags.map(({ labels }) => labels["model"])).toEqual(["iris_b"]);
  const same = await replay([...both, { ...source("c", "iris_b"), files: ["sha*"] }]);
  expect(same.code).toBe(2);
  expect(same.stderr).toContain("cannot tell which source this file belongs to; use --source NAME");
});
