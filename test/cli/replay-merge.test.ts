import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { mainPath, run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const start = Date.parse("2026-01-01T00:00:00Z");
const second = 1000;
const minute = 60 * second;

interface Report {
  readonly tags: readonly { readonly windows: readonly { readonly window: string; readonly samples: number }[] }[];
  readonly lines: { readonly read: number; readonly accepted: number };
  readonly order?: { readonly asNamed: readonly string[]; readonly displaced: { late: number; crowded: number } };
}

/** Outcomes of some hours, so that the short windows hold few of them, with classes that tell them apart. */
const lines = Array.from({ length: 4000 }, (_line, at) => ({
  ts: start + at * 3 * second,
  model: `m${at % 3}`,
  prediction: `c${at % 7}`,
  label: `c${(at * at) % 7}`,
}));
type Line = (typeof lines)[number];

function text(some: readonly object[]): string {
  return some.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Writes a file, in its folder, and returns its path. */
function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const windows = ["1m", "5m", "1h", "24h", { last: 1 }, { last: 10 }, { last: 1000 }];
const fields = { predicted: "prediction", actual: "label", time: "ts" };

function config(name: string, rest: Record<string, unknown> = {}): string {
  const sources = [{ name: "logs", files: ["/**"], fields }];
  return file(`${name}.config.json`, JSON.stringify({ sources, windows, ...rest }));
}

async function replay(configPath: string, ...args: readonly string[]): Promise<{ report: Report; stderr: string }> {
  const { code, stdout, stderr } = await run(["replay", "--json", "--config", configPath, ...args]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return { report: JSON.parse(stdout) as Report, stderr };
}

/** Orders of a few files: as given, from behind, and from the middle. */
function orders(files: readonly string[]): string[][] {
  const middle = files.length >> 1;
  const all = [[...files], files.toReversed(), [...files.slice(middle), ...files.slice(0, middle)]];
  return files.length > 2 ? all : all.slice(0, 2);
}

const everyOther = [0, 1].map((pod) => lines.filter((_line, at) => at % 2 === pod));
const [even = [], odd = []] = everyOther;
const [one = [], two = [], three = []] = [0, 1, 2].map((pod) => lines.filter((_line, at) => at % 3 === pod));

/** Swaps the halves of each stretch of so many lines. */
function disordered(some: readonly Line[], stretch: number): Line[] {
  return Array.from({ length: Math.ceil(some.length / stretch) }, (_stretch, at) => at * stretch).flatMap((from) => {
    const half = from + stretch / 2;
    return [...some.slice(half, from + stretch), ...some.slice(from, half)];
  });
}

/** A line as the kubelet splits it, in two files. */
const cri = (line: Line): string => `2026-01-01T00:00:00Z stdout F ${JSON.stringify(line)}\n`;
const criPart = (part: string, tag: "P" | "F"): string => `2026-01-01T00:00:00Z stdout ${tag} ${part}\n`;
const cut = JSON.stringify(lines[2000]);

const logs: readonly { what: string; files: readonly [name: string, content: string | Buffer][]; args?: string[] }[] = [
  {
    what: "two pods that ran at once",
    files: [
      ["pods/a.log", text(even)],
      ["pods/b.log", text(odd)],
    ],
  },
  {
    what: "three pods, one of them compressed and one of them that logged nothing but noise",
    files: [
      ["packed/a.log", text(even)],
      ["packed/b.log.gz", gzipSync(text(odd))],
      ["packed/c.log", ""],
    ],
  },
  {
    what: "pods whose names look like those of a rotated log",
    files: [
      ["numbered/pod-0", text(even)],
      ["numbered/pod-1", text(odd)],
    ],
  },
  {
    what: "pods whose lines are out of order by less than the lateness",
    files: [
      ["late/a.log", text(disordered(even, 8))],
      ["late/b.log", text(odd)],
    ],
  },
  {
    what: "pods whose lines are out of order by what --lateness says",
    files: [
      ["later/a.log", text(disordered(one, 400))],
      ["later/b.log", text(disordered(disordered(two, 100), 20))],
      ["later/c.log", text(three)],
    ],
    args: ["--lateness", "1h30m"],
  },
  {
    what: "a rotated log",
    files: [
      ["rotated/app.log", text(lines.slice(3000))],
      ["rotated/app.log.1", text(lines.slice(1000, 3000))],
      ["rotated/app.log.2.gz", gzipSync(text(lines.slice(0, 1000)))],
    ],
  },
  {
    what: "a rotated container log whose runtime split a line over two files",
    files: [
      ["cri/0.log.20260101-000000", lines.slice(0, 2000).map(cri).join("") + criPart(cut.slice(0, 30), "P")],
      ["cri/0.log", criPart(cut.slice(30), "F") + lines.slice(2001).map(cri).join("")],
    ],
  },
];

describe("replay of several files gives what the log that is sorted by time gives, byte by byte, in any order of the files:", () => {
  let sorted: Report;
  beforeAll(async () => {
    ({ report: sorted } = await replay(config("sorted"), file("sorted.log", text(lines))));
  });

  test.each(logs)("$what", async ({ files, args = [] }) => {
    const source = { name: "logs", files: ["/**"], fields, wrapper: "auto" };
    const path = config("merged", { sources: [source] });
    const paths = files.map(([name, content]) => file(name, content));
    const words = ["replay", "--json", "--config", path, ...args];
    const outputs = await Promise.all(orders(paths).map((given) => run([...words, ...given])));
    expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ""));
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
    const { order, ...report } = JSON.parse(outputs[0]?.stdout ?? "") as Report;
    expect(report).toEqual(sorted);
    expect(order).toEqual({ asNamed: [], displaced: { late: 0, crowded: 0 } });
  });
});

test("the table is the same in any order of the files", async () => {
  // Both begin at the same time, which decides nothing.
  const wrong = even.map((line) => ({ ...line, label: "c0" }));
  const paths = [file("table/a.log", text(even)), file("table/b.log", text(wrong))];
  const tables = await Promise.all(
    orders(paths).map((given) => run(["replay", "--config", config("table"), ...given])),
  );
  expect(tables.map(({ code }) => code)).toEqual([0, 0]);
  expect(tables[0]?.stdout).toContain("Lines: 4000 read, 4000 accepted\n");
  expect(tables[0]?.stdout).toBe(tables[1]?.stdout);
});

test("events of one time count by their source, then the path of their file, the oldest of a rotated log first, then their line", async () => {
  const last = (label: string): string =>
    text([1, 2].map((at) => ({ ts: start, model: "m", prediction: "a", label: `${label}${at}` })));
  const paths = ["y/a.log", "y/app.log.2", "y/app.log.1", "y/app.log", "x/z.log"].map((name) =>
    file(`ties/${name}`, last(basename(name))),
  );
  const sources = ["y", "x"].map((name) => ({ name, files: [join(dir, "ties", name, "*")], fields }));
  const path = config("ties", { sources, windows: [1, 2, 3, 5, 8, 9].map((last) => ({ last })) });
  for (const given of [paths, paths.toReversed()]) {
    const { report } = await replay(path, ...given);
    // The source x goes first, so that the last ones are those of y.
    expect(report.tags[0]?.windows).toMatchObject([
      { classes: ["a", "app.log2"] },
      { classes: ["a", "app.log1", "app.log2"] },
      { classes: ["a", "app.log.12", "app.log1", "app.log2"] },
      { classes: expect.arrayContaining(["app.log.22"]) },
      { classes: expect.not.arrayContaining(["z.log2"]) },
      { classes: expect.arrayContaining(["z.log2"]) },
    ]);
  }
});

test("replay counts events further behind than --lateness where they stand, and says how many there are", async () => {
  const paths = [file("behind/a.log", text(disordered(even, 8))), file("behind/b.log", text(odd))];
  const { report, stderr } = await replay(config("behind"), "--lateness", "20s", ...paths);
  const { late = 0, crowded } = report.order?.displaced ?? {};
  expect({ crowded, some: late > 100 }).toEqual({ crowded: 0, some: true });
  expect(stderr).toBe(
    `${late} events are further behind the latest one before them in their file than --lateness 20s: they count where they stand; a longer one sorts them\n`,
  );
  const table = await run(["replay", "--config", config("behind"), "--lateness", "20s", ...paths]);
  expect(table.stdout).toContain(`Out of the order of their times: ${late} events\n`);
});

test("replay says how many events stand behind others that went on early, since their file had too many to hold back", async () => {
  const many = Array.from(
    { length: 103_000 },
    (_line, at) => `{"ts":${start + at},"model":"m","prediction":1,"label":1}\n`,
  );
  const path = file("crowded.log", `${many.join("")}{"ts":${start + 5},"model":"m","prediction":1,"label":0}\n`);
  const { report, stderr } = await replay(config("crowded"), "--lateness", "1h", path);
  expect(report.order?.displaced).toEqual({ late: 0, crowded: 1 });
  expect(report.tags[0]?.windows.find(({ window }) => window === "last_1")).toMatchObject({ classes: ["0", "1"] });
  expect(stderr).toContain(
    "1 events stand behind others of their file that went on early, since it had more than 100000 of them within --lateness 1h: they count where they stand\n",
  );
});

test("replay sorts the lines of a single file where --lateness is given, and counts them in the order of the file elsewhere", async () => {
  const path = file("single.log", text(disordered(lines, 20)));
  const { report: sorted } = await replay(config("single"), file("single-sorted.log", text(lines)));
  const { order, ...report } = (await replay(config("single"), "--lateness", "2m", path)).report;
  expect(report).toEqual(sorted);
  expect(order).toEqual({ asNamed: [], displaced: { late: 0, crowded: 0 } });
  const asItStands = (await replay(config("single"), path)).report;
  expect(asItStands.order).toBeUndefined();
  expect(asItStands.tags).not.toEqual(sorted.tags);
});

test("a log of which two sources take different lines is merged for each of them, and batches by the times of their lines", async () => {
  const batches = Array.from({ length: even.length / 8 }, (_batch, at) => {
    const rows = even.slice(at * 8, at * 8 + 8);
    const [of = "", time = 0] = [rows[0]?.model, rows[0]?.ts];
    return {
      kind: "batch",
      ts: time,
      model: of,
      out: rows.map((row) => row.prediction),
      truth: rows.map((row) => row.label),
    };
  });
  const singles = lines.filter((_line, at) => at % 5 === 0).map((line) => ({ ...line, kind: "single" }));
  const sources = (files: readonly string[]): unknown => [
    { name: "batches", files, where: { kind: "batch" }, fields: { predicted: "out[]", actual: "truth[]", time: "ts" } },
    { name: "singles", files, where: { kind: "single" }, fields },
  ];
  const all = [...batches, ...singles].sort((a, b) => a.ts - b.ts);
  const path = (name: string): string => config(name, { sources: sources([join(dir, name, "*")]) });
  const { report: sorted } = await replay(path("shared-sorted"), file("shared-sorted/all", text(all)));
  const paths = [1, 0].map((pod) => file(`shared/${pod}.jsonl`, text(all.filter((_line, at) => at % 2 === pod))));
  for (const given of [paths, paths.toReversed()]) {
    const { order, ...report } = (await replay(path("shared"), ...given)).report;
    expect(report.lines).toEqual(sorted.lines);
    expect(report.tags).toEqual(sorted.tags);
    expect(order?.displaced).toEqual({ late: 0, crowded: 0 });
  }
});

test("a time that is to come does not move the others of its file", async () => {
  const glitch = { ...(even[1000] ?? {}), ts: Date.now() + 365 * 24 * 60 * minute };
  const paths = [file("glitch/a.log", text(even.with(1000, glitch as Line))), file("glitch/b.log", text(odd))];
  const { report, stderr } = await replay(config("glitch"), ...paths);
  const { report: sorted } = await replay(config("glitch"), file("glitch/sorted", text(lines)));
  expect(report.tags).toEqual(sorted.tags);
  expect(stderr).toMatch(/^1 outcomes are dated further in the future .*\n$/u);
});

describe("files without times", () => {
  const untimed = (label: string): string =>
    text(Array.from({ length: 5 }, () => ({ model: "m", prediction: "a", label })));
  const sources = ["timed", "plain"].map((name) => ({
    name,
    files: [join(dir, "untimed", name, "*")],
    fields: name === "timed" ? fields : { predicted: "prediction", actual: "label" },
  }));
  const paths = (): string[] => [
    file("untimed/plain/b", untimed("b")),
    file("untimed/timed/x", text(even)),
    file("untimed/plain/a", untimed("a")),
    file("untimed/timed/y", text(odd)),
  ];

  test("count after all others, in the given order, and the report says so", async () => {
    const [b = "", x = "", a = "", y = ""] = paths();
    const path = config("untimed", { sources });
    const ofLast = ({ tags }: Report): unknown => tags[0]?.windows.find(({ window }) => window === "last_1");
    const bFirst = await replay(path, b, x, a, y);
    const again = await replay(path, y, b, a, x);
    const aFirst = await replay(path, a, x, b, y);
    expect(again).toEqual(bFirst);
    expect([ofLast(bFirst.report), ofLast(aFirst.report)]).toMatchObject([{ classes: ["a"] }, { classes: ["a", "b"] }]);
    expect([bFirst.report.order?.asNamed, aFirst.report.order?.asNamed]).toEqual([
      [b, a],
      [a, b],
    ]);
    expect(bFirst.stderr).toBe(
      `files without times count in the given order, after all others (${b}, ${a}): windows of the last outcomes are right only if the oldest of them comes first\n`,
    );
    const { stdout } = await run(["replay", "--config", path, b, x, a, y]);
    expect(stdout).toContain(`Without times, after all others as named: ${b}, ${a}\n`);
    // The others are merged all the same.
    const { report: sorted } = await replay(config("sorted-timed"), file("untimed-sorted", text(lines)));
    expect(bFirst.report.tags.slice(1)).toEqual(sorted.tags);
  });
});

test("replay merges what is piped in, at the pace at which it comes, with files", async () => {
  const path = file("piped/b.log", text(odd));
  const { report: sorted } = await replay(config("piped"), file("piped/sorted", text(lines)));
  for (const args of [
    [path, "-"],
    ["-", path],
  ]) {
    const child = spawn(process.execPath, [
      mainPath,
      "replay",
      "--json",
      "--config",
      config("piped"),
      "--source",
      "logs",
      ...args,
    ]);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => (stdout += more));
    for (let at = 0; at < even.length; at += 500) {
      child.stdin.write(text(even.slice(at, at + 500)));
      await new Promise(setImmediate);
    }
    child.stdin.end();
    await once(child, "close");
    const { order, ...report } = JSON.parse(stdout) as Report;
    expect(report).toEqual(sorted);
    expect(order).toEqual({ asNamed: [], displaced: { late: 0, crowded: 0 } });
  }
});

test.each([
  { args: ["--lateness", "soon"], says: '--lateness: expected a duration like "1m", got "soon"' },
  { args: ["--lateness", "-1m"], says: '--lateness: expected a duration like "1m", got "-1m"' },
])("replay refuses $args with one clear message", async ({ args, says }) => {
  const ended = await run(["replay", "--config", config("refuse"), ...args, "-"], { input: "" });
  expect([ended.code, ended.stderr]).toEqual([2, `model-quality-exporter: ${says}\n`]);
});
