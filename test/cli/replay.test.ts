import { spawnSync } from "node:child_process";
import { closeSync, linkSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { mainPath, run } from "../support/daemon.ts";
import {
  expectFigures,
  goldenFigures,
  goldenNames,
  goldenPath,
  goldenRows,
  type GoldenName,
} from "../support/golden.ts";
import { tempDir } from "../support/temp.ts";
import { hasZstd, zstd } from "../support/zstd.ts";

const dir = tempDir();
const fields = {
  model: "model",
  version: "version",
  predicted: "prediction",
  actual: "label",
  id: "request_id",
  time: "ts",
};
const windows = ["24h", { last: 100 }];

interface Report {
  readonly tags: readonly { labels: Record<string, string>; windows: readonly { window: string; samples: number }[] }[];
  readonly lines: {
    read: number;
    accepted: number;
    rejected: Record<string, number>;
    skipped: Record<string, number>;
  };
}

/** Writes a config and gives its path. */
function config(name: string, source: Record<string, unknown>, rest: Record<string, unknown> = {}): string {
  const path = join(dir, `${name}.config.json`);
  writeFileSync(path, JSON.stringify({ sources: [{ files: ["*.log"], fields, ...source }], windows, ...rest }));
  return path;
}

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

async function replay(configPath: string, args: readonly string[], input?: string | Buffer): Promise<Report> {
  const ended = await run(["replay", "--json", "--config", configPath, ...args], input === undefined ? {} : { input });
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout) as Report;
}

function expectGolden(report: Report | undefined, name: GoldenName, version = "v1"): void {
  const figures = goldenFigures(name);
  const tags = report?.tags ?? [];
  expect(tags.map(({ labels }) => labels)).toEqual([{ model: name, ...(version !== "" && { version }) }]);
  expect(tags[0]?.windows.map(({ window }) => window)).toEqual(["24h", "last_100"]);
  expectFigures(tags[0]?.windows[0], figures.all);
  expectFigures(tags[0]?.windows[1], figures.lastRows);
  expect(report?.lines).toEqual({
    read: figures.all.samples,
    accepted: figures.all.samples,
    rejected: {},
    skipped: {},
  });
}

type Row = Record<string, string | number>;
const keys = ["ts", "request_id", "model", "version", "prediction", "score", "label"];
const text = (row: Row, key: string): string => String(row[key] ?? "");

/** How a log of the same rows looks in each format. */
const formats: readonly {
  name: string;
  source: Record<string, unknown>;
  head: readonly string[];
  line: (row: Row) => string;
}[] = [
  { name: "json", source: { format: "json" }, head: [], line: (row) => JSON.stringify(row) },
  {
    name: "nested json",
    source: {
      format: "json",
      fields: {
        ...fields,
        model: "meta.model.name",
        predicted: "out.class",
        actual: "out.truth",
        version: "meta.model.version",
      },
    },
    head: [],
    line: ({ prediction, label, model, version, ...row }) =>
      JSON.stringify({ ...row, meta: { model: { name: model, version } }, out: { class: prediction, truth: label } }),
  },
  {
    name: "logfmt",
    source: { format: "logfmt" },
    head: [],
    line: (row) => keys.map((key) => `${key}=${text(row, key)}`).join(" "),
  },
  {
    name: "csv",
    source: { format: "csv" },
    head: [keys.join(",")],
    line: (row) => keys.map((key) => `"${text(row, key)}"`).join(","),
  },
  {
    name: "csv with semicolons, found out",
    source: { format: { csv: { delimiter: "auto" } } },
    head: [keys.join(";")],
    line: (row) => keys.map((key) => text(row, key)).join(";"),
  },
  {
    name: "csv with tabs and without a header",
    source: { format: { csv: { delimiter: "\t", columns: keys } } },
    head: [],
    line: (row) => keys.map((key) => text(row, key)).join("\t"),
  },
  {
    name: "regex",
    source: {
      format: {
        regex:
          "^\\[(?<ts>\\S+)\\] (?<request_id>\\S+) (?<model>\\w+)/(?<version>\\w+): (?<prediction>\\w+) for (?<label>\\w+)",
      },
    },
    head: [],
    line: (row) =>
      `[${text(row, "ts")}] ${text(row, "request_id")} ${text(row, "model")}/${text(row, "version")}: ${text(row, "prediction")} for ${text(row, "label")}`,
  },
];

/** What the container runtimes make of each line. */
const wrappers: readonly { name: string; wrap: (lines: readonly string[]) => string[] }[] = [
  { name: "none", wrap: (lines) => [...lines] },
  {
    name: "cri",
    wrap: (lines) =>
      lines.flatMap((line, index) => {
        const cut = Math.floor(line.length / 2);
        const head = `2026-01-01T00:00:00.123456789Z stdout`;
        return index % 3 === 0
          ? [`${head} P ${line.slice(0, cut)}`, `${head} F ${line.slice(cut)}`]
          : [`${head} F ${line}`];
      }),
  },
  {
    name: "docker",
    wrap: (lines) =>
      lines.map((line) =>
        JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-01-01T00:00:00.123456789Z" }),
      ),
  },
];

/** Times as programs write them. */
const units: readonly { unit: string; time: (ms: number) => string | number }[] = [
  {
    unit: "RFC 3339 with an offset",
    time: (ms) => new Date(ms + 5.5 * 3_600_000).toISOString().replace("Z", "+05:30"),
  },
  { unit: "seconds", time: (ms) => ms / 1000 },
  { unit: "milliseconds", time: (ms) => ms },
  { unit: "microseconds", time: (ms) => ms * 1000 },
  { unit: "nanoseconds", time: (ms) => `${ms}000000` },
];

/** One log of several that are read by one run. */
interface Log {
  readonly of: string;
  readonly source: Record<string, unknown>;
  readonly lines: (rows: readonly Row[]) => readonly string[];
}

/** What each of the logs gives, by their names; one run reads them all, and tells them apart by their models. */
async function replayTogether(name: GoldenName, logs: readonly Log[]): Promise<ReadonlyMap<string, Report>> {
  const rows = goldenRows(name);
  const modelOf = (at: number): string => `${name}_${at}`;
  const paths = logs.map(({ lines }, at) => {
    const own = rows.map((row) => ({ ...row, model: modelOf(at) }));
    return file(`${modelOf(at)}.log`, `${lines(own).join("\n")}\n`);
  });
  const sources = logs.map(({ of, source }, at) => ({ name: of, files: [`${modelOf(at)}.log`], fields, ...source }));
  const report = await replay(config(`${name}-together`, {}, { sources }), paths);
  const lines = { read: rows.length, accepted: rows.length, rejected: {}, skipped: {} };
  const all = rows.length * logs.length;
  expect(report.lines).toEqual({ ...lines, read: all, accepted: all });
  return new Map(
    logs.map(({ of }, at) => {
      const tags = report.tags.filter(({ labels }) => labels["model"] === modelOf(at));
      return [of, { tags: tags.map((tag) => ({ ...tag, labels: { ...tag.labels, model: name } })), lines }];
    }),
  );
}

describe.each(goldenNames)("replay of the %s log equals scikit-learn's figures", (name) => {
  const rows = goldenRows(name);

  describe("in each format and wrapper, all of them read by one run:", () => {
    const logs = formats.flatMap(({ name: format, source, head, line }): readonly Log[] =>
      wrappers.flatMap(({ name: wrapper, wrap }) => {
        const lines = (own: readonly Row[]): readonly string[] => wrap([...head, ...own.map(line)]);
        const named = { of: `${format} in ${wrapper}`, source: { ...source, wrapper }, lines };
        const found = { of: `${named.of}, found by itself`, source: { ...source, wrapper: "auto" }, lines };
        return wrapper === "none" ? [named] : [named, found];
      }),
    );
    let reports: ReadonlyMap<string, Report>;
    beforeAll(async () => {
      reports = await replayTogether(name, logs);
    });

    test.each(logs)("as $of", ({ of }) => {
      expectGolden(reports.get(of), name);
    });
  });

  test("replay reads the golden log as it ships", async () => {
    expectGolden(await replay(config(`${name}-ships`, {}), [goldenPath(name)]), name);
  });

  test("replay reads the golden log with the default fields", async () => {
    const path = join(dir, "least.config.yaml");
    writeFileSync(path, 'sources: [{ files: ["*.log"] }]\nwindows: ["24h", { last: 100 }]\n');
    expectGolden(await replay(path, [goldenPath(name)]), name);
  });

  test("replay reads the golden log from standard input, compressed, with CRLF, and without a last newline", async () => {
    const log = rows.map((row) => JSON.stringify(row)).join("\r\n");
    expectGolden(await replay(config(name, {}), ["-"], log), name);
    expectGolden(await replay(config(name, {}), ["-"], gzipSync(log)), name);
    expectGolden(await replay(config(name, {}), [file(`${name}.log.gz`, gzipSync(log))]), name);
  });

  test("replay reads the golden log as two files with continuous windows", async () => {
    const half = Math.floor(rows.length / 2);
    const parts = [rows.slice(0, half), rows.slice(half)].map((part, index) =>
      file(`${name}-${index}.log`, part.map((row) => `${JSON.stringify(row)}\n`).join("")),
    );
    expectGolden(await replay(config(name, {}), parts), name);
  });

  describe("whatever its times are written in, all of them in one log:", () => {
    let report: Report;
    beforeAll(async () => {
      const lines = rows.flatMap((row) =>
        units.map(({ unit, time }) =>
          JSON.stringify({ ...row, model: unit, version: undefined, ts: time(Date.parse(text(row, "ts"))) }),
        ),
      );
      const short = config("short", {}, { windows: ["24h", { last: 100 }, "5m"] });
      report = await replay(short, [file(`${name}-units.log`, lines.join("\n"))]);
    });

    test.each(units)("$unit", ({ unit }) => {
      const inOrder = rows.map((row) => Date.parse(text(row, "ts")));
      const pane = 5000;
      const start = (Math.floor((inOrder.at(-1) ?? 0) / pane) - 60) * pane;
      const tag = report.tags.find(({ labels }) => labels["model"] === unit);
      expect(tag?.windows[0]?.samples).toBe(rows.length);
      expect(tag?.windows[2]?.samples).toBe(inOrder.filter((at) => at >= start).length);
    });
  });
});

describe("replay", () => {
  test("replay decides the predicted class from a score by a threshold", async () => {
    const log = [0.2, 0.5, 0.9, "0.7"].map((p) => `${JSON.stringify({ model: "m", p, label: "fraud" })}\n`).join("");
    const path = config("score", {
      fields: {
        model: "model",
        predicted: { score: "p", threshold: 0.5, below: "legit", above: "fraud" },
        actual: "label",
      },
    });
    const report = await replay(path, ["-"], log);
    expect(report.tags[0]?.windows[0]).toMatchObject({
      samples: 4,
      confusion: [
        [3, 1],
        [0, 0],
      ],
      classes: ["fraud", "legit"],
    });
  });

  test("replay takes 0, false and the empty string for classes", async () => {
    const rows = [0, false, "", 1, true, null].map((prediction) => ({ model: "m", prediction, label: prediction }));
    const ended = await run(
      [
        "replay",
        "--json",
        "--config",
        config("falsy", { fields: { model: "model", predicted: "prediction", actual: "label" } }),
        "-",
      ],
      {
        input: rows.map((row) => JSON.stringify(row)).join("\n"),
      },
    );
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.tags[0]?.windows[0]).toMatchObject({ samples: 5, classes: ["", "0", "1", "false", "true"] });
    expect(report.lines.rejected).toEqual({ missing_field: 1 });
  });

  test("replay counts each bad line by its reason, says why, and loses nothing else", async () => {
    const good = { ts: 1767225600, model: "m", version: "v1", prediction: "a", label: "a" };
    const bad = [
      '{"model": "m", "prediction"',
      "no json at all",
      "[1, 2]",
      JSON.stringify({ ...good, model: undefined }),
      JSON.stringify({ ...good, prediction: undefined }),
      JSON.stringify({ ...good, prediction: { class: "a" } }),
      JSON.stringify({ ...good, ts: "yesterday" }),
      JSON.stringify({ ...good, model: "x".repeat(10_240) }),
      JSON.stringify({ ...good, note: "y".repeat(70_000) }),
    ];
    const log = bad.flatMap((line) => [JSON.stringify(good), line, ""]).join("\n");
    const path = config("bad", {}, { limits: { maxLineBytes: 65_536 } });
    const ended = await run(["replay", "--json", "--config", path, "-"], { input: log });
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.lines).toEqual({
      read: 18,
      accepted: 9,
      rejected: { bad_time: 1, line_too_long: 1, malformed: 3, missing_field: 2, value_too_long: 1, wrong_type: 1 },
      skipped: {},
    });
    expect(report.tags[0]?.windows[0]).toMatchObject({ samples: 9, accuracy: 1 });
    const said = ended.stderr.trimEnd().split("\n");
    expect(said.filter((line) => line.startsWith("rejected"))).toEqual([
      "rejected (malformed): 3 lines, such as",
      "rejected (missing_field): 2 lines, such as",
      "rejected (wrong_type): 1 line",
      "rejected (bad_time): 1 line",
      "rejected (value_too_long): 1 line",
      "rejected (line_too_long): 1 line",
    ]);
    expect(said).toHaveLength(6 + 2 * 8);
    expect(ended.stderr).toContain('rejected (wrong_type): 1 line\n  in -: field "prediction"');
  });

  test("replay skips predictions without a label: they are no errors, are told apart from them, and count in no figure", async () => {
    const rows = [
      { prediction: "a", label: "a" },
      { prediction: "b" },
      { prediction: "b", label: null },
      { label: "b" },
      { prediction: "b", ts: "yesterday" },
    ];
    const input = rows.map((row) => JSON.stringify({ model: "m", ...row })).join("\n");
    const path = config("unlabelled", {});
    const { lines, tags } = JSON.parse(
      (await run(["replay", "--json", "--config", path, "-"], { input })).stdout,
    ) as Report;
    expect(lines).toEqual({
      read: 5,
      accepted: 1,
      rejected: { bad_time: 1, missing_field: 1 },
      skipped: { unlabelled: 2 },
    });
    expect(tags[0]?.windows[0]).toMatchObject({ samples: 1, accuracy: 1 });
    const { stdout, stderr } = await run(["replay", "--config", path, "-"], { input });
    expect(stdout).toContain(
      "Lines: 5 read, 1 accepted, skipped: 2 unlabelled, rejected: 1 bad_time, 1 missing_field\n",
    );
    expect(stderr.match(/^rejected.*/gmu)).toEqual(["rejected (missing_field): 1 line", "rejected (bad_time): 1 line"]);
  });

  test("replay gives the figures of a log whose hard rows hold NaN, as Python writes it", async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => {
      const hard = index % 5 === 0;
      return `{"model": "m", "income": ${hard ? "NaN" : "1.5"}, "prediction": "ok", "label": "${hard ? "bad" : "ok"}"}`;
    });
    const untimed = { model: "model", predicted: "prediction", actual: "label" };
    const report = await replay(config("nan", { fields: untimed }), ["-"], rows.join("\n"));
    expect(report.tags[0]?.windows[0]).toMatchObject({ samples: 1000, accuracy: 0.8 });
  });

  test("replay gives the figures of a CSV log that spells a class in two ways, misses labels and changes its header", async () => {
    const rows = [
      "model,prediction,label",
      "m,1.0,1",
      "m,0,NaN",
      "m,0,",
      "model,label,prediction",
      "m,1,0.0",
      "m,0.0,0",
    ];
    const report = await replay(config("csv-odd", { format: "csv" }), ["-"], rows.join("\n"));
    expect(report.tags.map(({ labels }) => labels)).toEqual([{ model: "m" }]);
    expect(report.tags[0]?.windows[0]).toMatchObject({
      classes: ["0", "1"],
      confusion: [
        [1, 0],
        [1, 1],
      ],
    });
    expect(report.lines).toEqual({ read: 5, accepted: 3, rejected: {}, skipped: { unlabelled: 2 } });
  });

  test("replay reads a log of another encoding, compressed too", async () => {
    const input = Buffer.from('{"model":"m","prediction":"caf\xe9","label":"caf\xe8"}\n'.repeat(3), "latin1");
    const log = file("latin1.log", input);
    const archive = file("latin1.log.gz", gzipSync(input));
    const path = config("latin1-said", { encoding: "latin1" });
    for (const one of [log, archive, "-"]) {
      const report = await replay(path, [one], one === "-" ? input : undefined);
      expect(report.lines).toMatchObject({ read: 3, accepted: 3 });
      expect(report.tags[0]?.windows[0]).toMatchObject({ classes: ["cafè", "café"], accuracy: 0 });
    }
  });

  test("replay joins the lines of CSV records, and rejects the line whose quote nothing closes", async () => {
    const path = config("csv-multiline", { format: { csv: { delimiter: ";", multiline: true } } });
    const rows = ["model;note;prediction;label", 'm;"one', "", 'two";a;a', 'm;"open;a;b', "m;none;b;b"];
    const ended = await run(["replay", "--json", "--config", path, "-"], { input: rows.join("\n") });
    const { lines, tags } = JSON.parse(ended.stdout) as Report;
    expect(lines).toEqual({ read: 3, accepted: 2, rejected: { malformed: 1 }, skipped: {} });
    expect(tags[0]?.windows[0]).toMatchObject({ classes: ["a", "b"], accuracy: 1 });
    expect(ended.stderr).toContain('a quoted cell without a closing quote on its line: "\\"open;a;b"');
  });

  test("replay counts no two classes as one whose letters are no UTF-8", async () => {
    const input = Buffer.from('{"model":"m","prediction":"caf\xe9","label":"caf\xe8"}\n'.repeat(3), "latin1");
    const ended = await run(["replay", "--json", "--config", config("latin1", {}), "-"], { input });
    expect(JSON.parse(ended.stdout)).toMatchObject({ tags: [], lines: { rejected: { bad_encoding: 3 } } });
    expect(ended.stderr).toContain('field "prediction" is "caf\\xe9", which is not UTF-8');
  });

  test("replay says of many bad lines how many of each source are bad for each reason, and shows one or two", async () => {
    const odd = file("odd.log", "\u009b2J no\n".repeat(25));
    const unlike = file("unlike.txt", `{"model":"m"}\n${"{\n".repeat(3)}[1]\n`);
    const sources = [
      { name: "logs", files: ["*.log"] },
      { name: "texts", files: ["*.txt"] },
    ];
    const ended = await run(["replay", "--config", config("worse", {}, { sources }), odd, unlike]);
    expect(ended.stderr).not.toContain("\u009b");
    expect(ended.stderr.split("\n").map((line) => line.replace(/(?<=^ {2}in ).*\//u, ""))).toEqual([
      'rejected (malformed): 25 lines of source "logs", such as',
      expect.stringMatching(/^ {2}in odd\.log: expected a JSON object/u),
      "    \\u{9b}2J no",
      'rejected (missing_field): 1 line of source "texts"',
      expect.stringMatching(/^ {2}in unlike\.txt: .*"prediction"/u),
      '    {"model":"m"}',
      'rejected (malformed): 4 lines of source "texts", such as',
      expect.stringMatching(/^ {2}in unlike\.txt: /u),
      "    {",
      expect.stringMatching(/^ {2}in unlike\.txt: /u),
      "    [1]",
      'none of 25 lines of source "logs" counts (malformed 25)',
      expect.stringMatching(/^none of 5 lines of source "texts" .*"prediction"; the fields seen are "model";/u),
      "",
    ]);
  });

  test("replay says of a log of which no line counts what its fields are called, where a mapped one is not there", async () => {
    const path = file("misspelt.log", '{"model":"m","prediction":"a","lable":"a"}\n'.repeat(2));
    expect((await run(["replay", "--config", config("misspelt", {}), path])).stderr).toBe(
      'none of 2 lines counts (unlabelled 2): no line has the field "label"; the fields seen are "model", "prediction", "lable"; did you mean "lable"?\n',
    );
  });

  test("replay refuses a file that is compressed in a form that it cannot read", async () => {
    const ended = await run(["replay", "--config", config("packed", {}), file("packed.log.xz", "x")]);
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringMatching(
        /packed\.log\.xz: it is compressed in a form that cannot be read \(\.xz\).*unpack it first/u,
      ),
    ]);
  });

  test("replay reads zstd, from a file and from standard input, or refuses it with the version that it needs", async () => {
    const log = zstd(`${JSON.stringify({ model: "m", prediction: 1, label: 1 })}\n`.repeat(3));
    const path = join(dir, "packed.log.zst");
    writeFileSync(path, log);
    for (const from of [path, "-"]) {
      const ended = await run(["replay", "--json", "--config", config("zstd", {}), from], { input: log });
      if (hasZstd) expect((JSON.parse(ended.stdout) as Report).lines).toMatchObject({ read: 3, accepted: 3 });
      else expect(ended.stderr).toMatch(/it is compressed by zstd, which needs Node\.js 22\.15 or later; this is v/u);
      expect(ended.code === 0).toBe(hasZstd);
    }
  });

  test("replay refuses a file that is named twice, by whatever names", async () => {
    const path = file("once.log", `${JSON.stringify({ model: "m", prediction: 1, label: 1 })}\n`);
    const link = join(dir, "link.log");
    symlinkSync(path, link);
    const hard = join(dir, "hard.log");
    linkSync(path, hard);
    for (const [files, says] of [
      [[path, path], `${path} is given twice; its lines would count twice`],
      [[path, join(dir, ".", "x", "..", "once.log")], `${path} is given twice`],
      [[path, link], `${path} and ${link} are the same file; its lines would count twice`],
      [[hard, path], `${hard} and ${path} are the same file`],
      [["-", "-"], "- is given twice"],
    ] as const) {
      const ended = await run(["replay", "--config", config("twice", {}), ...files], { input: "" });
      expect({ files, code: ended.code, stdout: ended.stdout, stderr: ended.stderr }).toEqual({
        files,
        code: 2,
        stdout: "",
        stderr: expect.stringContaining(says),
      });
    }
  });

  const outcome = (given: Record<string, unknown>): string =>
    `${JSON.stringify({ model: "m", prediction: 1, label: 1, ...given })}\n`;
  const hour = 3_600_000;

  test.each([
    {
      what: "came too late for a time window",
      times: ["2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z"],
      in24h: 1,
      says: "1 outcomes are too old for at least one time window, which ends at the latest time read before them\n",
    },
    {
      what: "carry a time that is to come, which moves no window",
      times: ["2026-01-01T00:00:00Z", Date.now() + 365 * 24 * hour, "2026-01-01T01:00:00Z"],
      in24h: 3,
      says: "1 outcomes are dated further in the future than limits.futureTolerance (60s): they count as of the latest time before them; is their time in another unit, or local time?\n",
    },
    {
      what: "carry no time where others do",
      times: ["2026-01-01T00:00:00Z", null, "2026-01-01T01:00:00Z"],
      in24h: 3,
      says: "1 of 3 outcomes have no time: they count as of the latest time before them\n",
    },
  ])("replay says how many outcomes $what", async ({ what, times, in24h, says }) => {
    const log = times.map((ts) => outcome({ ts })).join("");
    const ended = await run(["replay", "--json", "--config", config(what, {}), "-"], { input: log });
    expect(ended.stderr).toBe(says);
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.tags[0]?.windows.map(({ samples }) => samples)).toEqual([in24h, times.length]);
  });

  test("replay counts files in the order of their times, however they are named, so that the last outcomes are the last", async () => {
    const times = [0, 1, 2].map((day) => Date.parse("2026-01-01T00:00:00Z") + day * 24 * hour);
    const paths = times.map((from, index) => {
      const lines = Array.from({ length: 80 }, (_line, at) => outcome({ ts: from + at, label: index === 2 ? 0 : 1 }));
      return index === 0
        ? file("order.log.2.gz", gzipSync(lines.join("")))
        : file(`order.log${index === 2 ? "" : ".1"}`, lines.join(""));
    });
    const declared = { models: { m: { classes: [0, 1, 2] } } };
    const lastRows = async (files: readonly string[]): Promise<unknown> =>
      (await replay(config("order", {}, declared), files)).tags;
    const ordered = await lastRows(paths);
    // Of the 100 last outcomes 80 are of the third day and 20, the right ones, of the second.
    expect(ordered).toMatchObject([{ windows: [{}, { window: "last_100", samples: 100, accuracy: 0.2 }] }]);
    expect(await lastRows([...paths].reverse())).toEqual(ordered);
  });

  test("replay says that files without times count in the order in which they are named", async () => {
    const files = [file("untimed-1.log", outcome({})), file("untimed-2.log", outcome({ label: 2 }))];
    const ended = await run(["replay", "--json", "--config", config("untimed", {}), ...files]);
    expect(ended.stderr).toBe(
      `files without times count in the given order, after all others (${files.join(", ")}): windows of the last outcomes are right only if the oldest of them comes first\n`,
    );
  });

  test("replay refuses two files that hold the same lines, as a log and its compressed copy do", async () => {
    const lines = Array.from({ length: 9000 }, (_line, index) => outcome({ id: `${index}-${"x".repeat(40)}` }));
    const log = file("copied.log.1", lines.join(""));
    const copy = file("copied.log.1.gz", gzipSync(lines.join("")));
    const other = file("copied.log.2", [...lines.slice(0, -1), outcome({ id: "other" })].join(""));
    const ended = await run(["replay", "--config", config("copied", {}), other, log, copy]);
    expect(ended).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(
        `${log} and ${copy} have the same content, which would count twice; give only one of them`,
      ),
    });
    const both = await run(["replay", "--json", "--config", config("copied", {}), other, log]);
    expect(JSON.parse(both.stdout)).toMatchObject({ lines: { accepted: 18_000 } });
  });

  test.each(["replay", "--help"])("replay %s ends in one message when its output cannot be written", (word) => {
    const args = word === "replay" ? ["replay", "--config", config("full", {}), goldenPath("iris")] : [word];
    const full = openSync("/dev/full", "w");
    const ended = spawnSync(process.execPath, [mainPath, ...args], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect({ code: ended.status, stderr: ended.stderr }).toEqual({
      code: 1,
      stderr: "model-quality-exporter: cannot write the output: ENOSPC: no space left on device, write\n",
    });
  });

  describe("keeps names as they are:", () => {
    const names = ["__proto__", "constructor", 'quote " brace { dollar $ back\\slash', "a\tb\u0001\nc", "模型"];
    let report: Report;
    beforeAll(async () => {
      const log = names.map((name) => JSON.stringify({ model: name, version: name, prediction: name, label: name }));
      report = await replay(config("odd", {}), ["-"], log.join("\n"));
    });

    test.each(names)("%j", (name) => {
      const found = report.tags.filter(({ labels }) => labels["model"] === name);
      expect(found.map(({ labels }) => labels)).toEqual([{ model: name, version: name }]);
      expect(found[0]?.windows[0]).toMatchObject({ classes: [name], confusion: [[1]] });
      expect(Object.keys((found[0]?.windows[0] as unknown as { perClass: object }).perClass)).toEqual([name]);
    });
  });

  test("replay drops tags past the limit, and keeps the others exact", async () => {
    const log = Array.from(
      { length: 10_000 },
      (_row, at) => `${JSON.stringify({ model: `m${at}`, prediction: 1, label: 1 })}\n`,
    ).join("");
    const path = config("many", {}, { limits: { maxTags: 50 } });
    const ended = await run(["replay", "--json", "--config", path, "-"], { input: log });
    expect(ended.stderr).toBe("9950 outcomes not counted: their tags are past the first 50; raise limits.maxTags\n");
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.lines).toEqual({ read: 10_000, accepted: 10_000, rejected: {}, skipped: {} });
    expect(report.tags.map(({ labels, windows: [first] }) => [labels["model"], first?.samples])).toEqual(
      Array.from({ length: 50 }, (_tag, at) => [`m${at}`, 1]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  });

  test("replay prints a table for people, with nothing in it that could steer a terminal", async () => {
    const log = `${JSON.stringify({ model: "m\u001b[31m", prediction: "a", label: "b" })}\n`;
    const ended = await run(["replay", "--config", config("table", {}), "-"], { input: log });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("model=m\\u{1b}[31m");
    expect(ended.stdout).not.toContain("\u001b");
    expect(ended.stdout).toMatch(/24h\s+│\s+1 │\s+0\.0000 │/u);
    expect(ended.stdout).toContain("Lines: 1 read, 1 accepted");
  });

  test("replay draws a progress bar on a terminal", () => {
    const words = [process.execPath, mainPath, "replay", "--json", "--config", config("bar", {}), goldenPath("digits")];
    // `script` gives the program a terminal of its own.
    const onTerminal = spawnSync("script", ["-qec", words.map((word) => `'${word}'`).join(" "), "/dev/null"], {
      encoding: "utf8",
    });
    expect(onTerminal.stdout).toMatch(/digits\.jsonl \[=+\] 100%/u);
    expect(onTerminal.stdout).toContain('{"tags":[{"labels":{"model":"digits"');
  });

  test.each([
    { what: "a missing log", args: ["gone.log"], code: 1, says: "gone.log" },
    { what: "a folder", args: [dir], code: 1, says: "is a directory" },
    { what: "no log at all", args: [], code: 2, says: "missing required argument" },
    { what: "an unknown flag", args: ["--jsno", "-"], code: 2, says: "Did you mean --json?" },
    { what: "an unknown source", args: ["--source", "x", "-"], code: 2, says: 'no source "x"' },
  ])("replay refuses $what with one clear message", async ({ args, code, says }) => {
    const ended = await run(["replay", "--config", config("refuse", {}), ...args], { input: "" });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/^\s+at /mu);
  });
});
