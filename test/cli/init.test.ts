import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { init } from "../../src/cli/init.ts";
import { loadConfig } from "../../src/config/load.ts";
import { Problem } from "../../src/problem.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();

/** Outcomes of two classes, nine of ten right. */
const outcomes = Array.from({ length: 60 }, (_one, n) => ({
  id: `r-${n}`,
  pred: n % 10 === 0 ? "spam" : n % 2 === 0 ? "ham" : "spam",
  truth: n % 2 === 0 ? "ham" : "spam",
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString(),
}));
const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Runs `init` on files of one folder; gives what it says, and the config that it wrote. */
async function initOf(
  files: Readonly<Record<string, string | Buffer>>,
  name = "model-quality.config.ts",
): Promise<{ said: string; out: string; text: string }> {
  const dir = mkdtempSync(join(root, "init-"));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(dir, file), content);
  return initAt(dir, Object.keys(files), name);
}

async function initAt(dir: string, files: readonly string[], name = "model-quality.config.ts") {
  const out = join(dir, name);
  let said = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await init({ files: files.map((file) => join(dir, file)), out, yaml: false });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    said += error.text;
  } finally {
    write.mockRestore();
  }
  return { said, out, text: existsSync(out) ? readFileSync(out, "utf8") : "" };
}

test("in an empty folder, init writes a config under which replay gives the same figures, and never writes over it", async () => {
  const dir = mkdtempSync(join(root, "empty-"));
  writeFileSync(join(dir, "scores.jsonl"), jsonLines(outcomes));
  const first = await run(["init", "scores.jsonl"], { cwd: dir });
  expect([first.code, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toContain("Understood: 100 % of 60 lines");
  expect(first.stdout).toContain("Next: npx model-quality-exporter serve");
  const { stdout } = await run(["replay", "scores.jsonl"], { cwd: dir });
  expect(first.stdout).toContain(stdout);
  const text = readFileSync(join(dir, "model-quality.config.ts"), "utf8");
  const again = await run(["init", "-"], { cwd: dir, input: jsonLines(outcomes) });
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("init never writes over a file")]);
  expect(readFileSync(join(dir, "model-quality.config.ts"), "utf8")).toBe(text);
  const piped = await run(["init", "--out", "piped.yaml", "-"], { cwd: dir, input: jsonLines(outcomes) });
  expect([piped.code, piped.stderr]).toEqual([0, ""]);
  expect(piped.stdout).toContain("put the path of the log into `files`");
});

test("a log that may not be read is said to be that", async () => {
  const dir = mkdtempSync(join(root, "denied-"));
  writeFileSync(join(dir, "scores.jsonl"), jsonLines(outcomes), { mode: 0o600 });
  const { code, stderr } = await run(["init", join(dir, "scores.jsonl"), "--out", join(dir, "c.ts")], { uid: 65_534 });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/permission denied/u)]);
});

describe("init guesses nothing and writes nothing", () => {
  test.each([
    { log: "an empty file", content: "", says: "is empty" },
    { log: "a binary file", content: Buffer.from([0, 1, 2, 3, 0, 10]), says: "it is binary" },
    { log: "Parquet", content: Buffer.from("PAR1\u0015\u0004\0"), says: "it is Parquet" },
    { log: "a pretty-printed JSON array", content: JSON.stringify(outcomes, null, 2), says: "jq -c '.[]' FILE" },
    { log: "a pretty-printed JSON object", content: JSON.stringify(outcomes[0], null, 2), says: "jq -c . FILE" },
    {
      log: "an access log",
      content: '10.0.0.9 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 18 "-" "curl/8"\n'.repeat(30),
      says: "no form that is known",
    },
    {
      log: "the log of another program in JSON",
      content: jsonLines(
        outcomes.map(({ at, id }, n) => ({ ts: at, level: "info", msg: "request", status: n % 5 ? 200 : 404, id })),
      ),
      says: "is it the log of another program?",
    },
    {
      log: "the log of another program in logfmt",
      content: outcomes.map(({ at }, n) => `ts=${at} level=info component=tsdb caller=db.go:${n % 3}\n`).join(""),
      says: "is it the log of another program?",
    },
    {
      log: "TorchServe's access log",
      content: '2026-01-01T01:00:00,400 - /10.0.0.9:64003 "POST /predictions/iris HTTP/1.1" 200 18\n',
      says: "see the log of the model",
    },
    {
      log: "two fields of the same classes",
      content: jsonLines(outcomes.map(({ pred, truth }) => ({ a: pred, b: truth }))),
      says: "which the label",
    },
    {
      log: "labels alone",
      content: jsonLines(outcomes.map(({ id, truth }) => ({ id, truth }))),
      says: "init PREDICTIONS LABELS",
    },
    { log: "predictions without an id", content: jsonLines(outcomes.map(({ pred }) => ({ pred }))), says: "log an id" },
  ])("of $log", async ({ content, says }) => {
    const { said, text } = await initOf({ "given.log": content });
    expect(said).toContain(says);
    expect(text).toBe("");
  });

  test("of predictions and labels without an id in common", async () => {
    const { said, text } = await initOf({
      "p.jsonl": jsonLines(outcomes.map(({ id, pred }) => ({ id, pred }))),
      "l.jsonl": jsonLines(outcomes.map(({ id, truth }) => ({ case: `other-${id}`, truth }))),
    });
    expect(said).toContain("no label finds its prediction");
    expect(text).toBe("");
  });
});

test("of two forms in one log, the more frequent one is mapped, the other one is named and its lines are skipped", async () => {
  const pino = outcomes.map(({ id, pred, truth, at }) => ({
    level: 30,
    time: Date.parse(at),
    pid: 1,
    hostname: "h",
    rid: id,
    pred,
    truth,
    msg: "scored",
  }));
  const traces = outcomes.slice(0, 10).map(() => ({ resourceLogs: [] }));
  const { said, text } = await initOf({ "mixed.log": jsonLines([...pino, ...traces]) });
  expect(said).toMatch(/Node\.js, pino.*\n {2}other forms among its lines: OpenTelemetry, file exporter \(14 %\)/u);
  expect(said).toContain("Understood: 100 % of 70 lines (60 with events, 10 skipped)");
  expect(text).toContain('where: { msg: "scored" }');
});

test("lines of a megabyte are read, and longer ones are passed over and counted", async () => {
  const wide = outcomes.map((one, n) => (n === 3 ? { ...one, features: "x".repeat(1_000_000) } : one));
  const { said } = await initOf({ "wide.log": `${jsonLines(wide)}${"y".repeat(2_000_000)}\n` });
  expect(said).toContain("1 lines of more than 1 MiB are passed over");
  expect(said).toMatch(/rejected \(line_too_long\): 1 line/u);
  expect(said).toContain("60 accepted");
});

test("of a log of 10 GB the head and samples are read, and it says so", async () => {
  const dir = mkdtempSync(join(root, "large-"));
  const fd = openSync(join(dir, "large.log"), "w");
  writeSync(fd, jsonLines(outcomes));
  ftruncateSync(fd, 10 * 1024 ** 3);
  writeSync(fd, `\n${jsonLines(outcomes)}`, 10 * 1024 ** 3);
  closeSync(fd);
  const { said } = await initAt(dir, ["large.log"]);
  expect(said).toContain("10.0 GiB: its first 60 MiB and 20 samples of what follows are read");
  expect(said).toContain("120 accepted");
});

test.each([
  { ms: 90_000, within: "5m" },
  { ms: 30 * 3_600_000, within: "3d" },
])(
  "of two logs, init finds the id that joins them, measures the delay of $ms ms and proposes $within",
  async (given) => {
    const { said, text } = await initOf({
      "predictions.jsonl": jsonLines(
        outcomes.map(({ id, pred, at }) => ({ ts: at, trace: `t${id}`, ref: id, model: "mail", pred })),
      ),
      "truth.csv": `case,class,decided\n${outcomes.map(({ id, truth, at }) => `${id},${truth},${new Date(Date.parse(at) + given.ms).toISOString()}\n`).join("")}`,
    });
    expect(text).toContain(`within: "${given.within}"`);
    expect(text).toContain('id: "ref"');
    expect(text).toContain('id: "case"');
    expect(said).toContain("100 % of the ids of the shorter log are in the other");
    expect(said).toContain("Labels: 60 joined");
  },
);

test("of predictions and labels as lines of one log, each side is a source of its own", async () => {
  const lines = outcomes.flatMap(({ id, pred, truth }) => [
    { event: "scored", id, pred },
    { event: "reviewed", id, truth },
  ]);
  const { said, text } = await initOf({ "both.jsonl": jsonLines(lines) });
  expect(text).toContain('where: { event: "reviewed" }');
  expect(said).toContain("Labels: 60 joined");
});

test("of requests with one prediction each, labels that name the request find it", async () => {
  const type = "org.kubeflow.serving.inference.response";
  const events = outcomes.map(({ id, pred, at }) => {
    return { specversion: "1.0", id, type, time: at, inferenceservicename: "mail", data: { predictions: [pred] } };
  });
  const { said, text } = await initOf({
    "events.jsonl": jsonLines(events),
    "reviews.csv": `request,true_kind\n${outcomes.map(({ id, truth }) => `${id},${truth}\n`).join("")}`,
  });
  expect(text).toContain('predicted: "data.predictions",');
  expect(said).toContain("Labels: 60 joined");
});

test("JSON behind the head of Python's logging is read, and access lines and tracebacks beside it are skipped", async () => {
  const lines = outcomes.flatMap(({ id, pred, truth }) => [
    '2026-01-01 00:00:00,123 INFO uvicorn.access: 10.0.0.9:5000 - "POST /predict HTTP/1.1" 200',
    `2026-01-01 00:00:00,125 INFO api: ${JSON.stringify({ id, result: { kind: pred }, feedback: { kind: truth } })}`,
    "Traceback (most recent call last):",
  ]);
  const { said, text } = await initOf({ "api.log": `${lines.join("\n")}\n` });
  expect(said).toContain("180 lines (60 with events, 120 skipped)");
  expect(text).toContain('actual: { in: "body", decode: "json", path: "feedback.kind" }');
});

test("a date in the name of a log becomes a wildcard, and is no part of the model's name", async () => {
  const rows = outcomes.map(({ id, truth }, n) => `${id};${truth === "spam" ? "0,9" : "0,2"}${n % 9};${truth}\n`);
  const { said, text } = await initOf({ "scored_2026-11-20.csv": `no;spam_prob;is_what\n${rows.join("")}` });
  expect(text).toContain('files: ["scored*.csv"]');
  expect(text).toContain('model: { value: "scored" }');
  expect(text).toContain('predicted: { score: "spam_prob", threshold: 0.5, below: "ham", above: "spam" }');
  expect(said).toMatch(/│ ham +│ +30 │ +0 │/u);
});

test("objectives a little below today's figures are a valid config once their comment marks are taken away", async () => {
  for (const name of ["c.ts", "c.yaml"]) {
    const { out, text } = await initOf({ "scores.jsonl": jsonLines(outcomes) }, name);
    const mark =
      name === "c.ts" ? /\/\/ (?=models|teams|receivers|alerting)/gu : /# (?="(?:models|teams|receivers|alerting)")/gu;
    const bare = text.replaceAll(mark, "");
    expect(bare).not.toBe(text);
    writeFileSync(out, bare);
    const { models } = await loadConfig(out);
    expect(JSON.stringify([...models])).toMatch(/"accuracy"/u);
  }
});

describe("what a log says is hostile", () => {
  const names = ['pred "quoted" */ `${process.exit(9)}`', "pred\nnext: [ # - {", "pred \u001b[31m\u202e \\"];
  test.each(names)("a field that is called %j breaks out of no comment, no text and no terminal", async (name) => {
    const rows = outcomes.map(({ pred, truth }) => ({
      [name]: `${pred}\n*/ "\u001b[2J`.trimEnd(),
      truth: `${truth}\n*/ "\u001b[2J`,
    }));
    for (const out of ["c.ts", "c.yaml"]) {
      const { said, out: path, text } = await initOf({ "hostile.jsonl": jsonLines(rows) }, out);
      expect(said + text).not.toMatch(/[^\P{C}\n]/u);
      const config = await loadConfig(path);
      expect(config.sources[0]?.decode.fields.predicted).toMatchObject({ path: [name] });
    }
  });

  test("names of a megabyte, ten thousand fields and deep JSON end neither in a crash nor in a long config", async () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_one, n) => [`f${n}`, n % 3]));
    const lines = outcomes.map((one, n) => {
      const text = JSON.stringify({
        ...one,
        ...(n === 1 ? { ["n".repeat(500_000)]: 1 } : {}),
        ...(n === 2 ? wide : {}),
      });
      return n === 3 ? `${text.slice(0, -1)},"deep":${deep}}` : text;
    });
    const { said, text } = await initOf({ "hostile.jsonl": `${lines.join("\n")}\n` });
    expect(said).toContain("Understood:");
    expect(text.length).toBeLessThan(4000);
  });
});
