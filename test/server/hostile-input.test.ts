import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { parseOpenMetrics } from "../support/openmetrics.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const line = (values: object): string => JSON.stringify({ model: "m", prediction: "a", label: "a", ...values });
const megabyte = 1024 * 1024;

/** A daemon that follows `logs` in a folder of its own. */
async function serving(...args: string[]): Promise<{ dir: string; daemon: Daemon }> {
  const dir = mkdtempSync(join(root, "d-"));
  mkdirSync(join(dir, "logs"));
  const source = {
    name: "logs",
    files: ["logs/*"],
    fields: { model: "model", predicted: "prediction", actual: "label", time: "time" },
  };
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [source], windows: ["24h"] }));
  const daemon = await Daemon.start(["--config", join(dir, "config.json"), "--state", join(dir, "state"), ...args]);
  return { dir, daemon };
}

/** Lines that were read and those rejected by reason, as `/api/v1/models` tells them. */
async function lines(daemon: Daemon): Promise<{ read: number; rejected: Record<string, number> }> {
  const { body } = await daemon.get("/api/v1/models");
  return (JSON.parse(body) as { lines: { read: number; rejected: Record<string, number> } }).lines;
}

/** What a log may hold that a program took from a user: one line each, and for which reason it is rejected. */
const hostileLines: readonly { what: string; text: string | Buffer; reason?: string }[] = [
  { what: "a model that has the name of every object's prototype", text: line({ model: "__proto__" }) },
  { what: "a class that has the name of every object's constructor", text: line({ prediction: "constructor" }) },
  { what: "a class that has the name of a method", text: line({ label: "toString" }) },
  {
    what: "a key of the prototype's name",
    text: '{"__proto__":{"model":"x"},"model":"m","prediction":"a","label":"a"}',
  },
  { what: "500,000 nested arrays", text: `{"x":${"[".repeat(5e5)}${"]".repeat(5e5)},${line({}).slice(1)}` },
  { what: "100,000 nested objects", text: `{"x":${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)},${line({}).slice(1)}` },
  { what: "nested arrays that nothing closes", text: "[".repeat(5e5), reason: "malformed" },
  { what: "the end of an array, a million blanks and more", text: `]${" ".repeat(1e6)}x`, reason: "malformed" },
  {
    what: "90,000 keys",
    text: line(Object.fromEntries(Array.from({ length: 90_000 }, (_key, index) => [`k${index}`, 1]))),
  },
  { what: "a class that is an endless number", text: line({}).replace('"a"', "1e999999999") },
  { what: "a class of 100,000 digits", text: line({}).replace('"a"', "7".repeat(100_000)), reason: "value_too_long" },
  { what: "a time that is an endless number", text: `{"time":1e999999999,${line({}).slice(1)}`, reason: "bad_time" },
  { what: "a half of a surrogate pair", text: line({}).replace('"m"', '"\\ud800"'), reason: "bad_encoding" },
  { what: "a byte that is no UTF-8", text: Buffer.from(line({ model: "\u00ff" }), "latin1"), reason: "bad_encoding" },
  { what: "a NUL", text: line({ model: "a\u0000b" }) },
  { what: "a word that is written from right to left", text: line({ model: "a\u202eb" }) },
  { what: "a terminal's escape sequence", text: line({ model: "\u001b[2J" }) },
  { what: "a tag of HTML", text: line({ model: "</script><img src=x onerror=alert(1)>" }) },
  { what: "an action of a template", text: line({ model: '{{ query "up" }} $(id) `id`' }) },
  { what: "a label's end", text: line({ model: 'x"} 1\nmodel_quality_samples{model="y' }) },
];

describe("a daemon that reads what others wrote", () => {
  let daemon: Daemon;
  let log = "";
  let counted = 0;
  beforeAll(async () => {
    const { dir, daemon: started } = await serving("--web.show-lines");
    daemon = started;
    log = join(dir, "logs/app.log");
  });
  afterAll(async () => {
    expect(await daemon.stop()).toBe(0);
  });

  test.each(hostileLines)("reads on after $what, which is counted", async ({ text, reason }) => {
    const before = (await lines(daemon)).rejected;
    appendFileSync(log, Buffer.concat([Buffer.from(text), Buffer.from(`\n${line({})}\n`)]));
    counted += 2;
    await eventually(async () => (await lines(daemon)).read === counted, "reads both lines");
    const after = (await lines(daemon)).rejected;
    expect(after).toEqual(reason === undefined ? before : { ...before, [reason]: (before[reason] ?? 0) + 1 });
    expect((await daemon.get("/-/healthy")).status).toBe(200);
  });

  test("has a page that promtool accepts and in which no series stands twice, whatever the names are", async () => {
    const { body } = await daemon.get("/metrics");
    const promtool = spawnSync("promtool", ["check", "metrics"], { input: body, encoding: "utf8" });
    expect({ status: promtool.status, says: promtool.stdout + promtool.stderr }).toEqual({ status: 0, says: "" });
    // The parser refuses a series that stands twice.
    const families = parseOpenMetrics((await daemon.get("/metrics", { accept: "application/openmetrics-text" })).body);
    const models = families.get("model_quality_outcomes")?.samples.map(({ labels }) => labels["model"]);
    expect(models).toEqual(expect.arrayContaining(["__proto__", "m", '{{ query "up" }} $(id) `id`']));
    expect(models).not.toContain("y");
  });

  test("has pages that no other site can read or frame, and that show nothing invisible", async () => {
    const { headers, body } = await daemon.get("/api/v1/rejected");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    const invisible = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;
    expect(body).not.toMatch(invisible);
    expect(daemon.log).not.toMatch(invisible);
  });
});

describe("the web server", () => {
  let daemon: Daemon;
  beforeAll(async () => {
    ({ daemon } = await serving("--web.enable-lifecycle"));
  });
  afterAll(async () => {
    expect(await daemon.stop()).toBe(0);
  });

  /** Sends bytes, and returns what comes until the connection is closed or so many answers have begun. */
  async function send(bytes: string, answers = 1): Promise<string> {
    const socket = connect(Number(new URL(daemon.url).port), "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
      if (answer.split("HTTP/1.1 ").length > answers) socket.destroy();
    });
    socket.write(bytes);
    return new Promise((resolve) => {
      socket
        .on("error", () => undefined)
        .on("close", () => {
          resolve(answer);
        });
    });
  }

  const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
  const post = (headers: string): string => `POST /-/reload HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

  test.each([
    {
      what: "both a length and chunks",
      bytes: post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
      status: 400,
    },
    { what: "two lengths", bytes: post("Content-Length: 4\r\nContent-Length: 5\r\n"), status: 400 },
    { what: "a folded header", bytes: get("/-/healthy", "X-A: b\r\n c: d\r\n"), status: 400 },
    { what: "lines that end in a bare LF", bytes: "GET /-/healthy HTTP/1.1\nHost: localhost\n\n", status: 400 },
    { what: "no host", bytes: "GET /-/healthy HTTP/1.1\r\n\r\n", status: 400 },
    { what: "a header of 20 kB", bytes: get("/-/healthy", `X-A: ${"a".repeat(20_000)}\r\n`), status: 431 },
    { what: "TRACE", bytes: get("/-/healthy").replace("GET", "TRACE"), status: 405 },
    { what: "a path with dots", bytes: get("/%2e%2e/%2e%2e/etc/passwd"), status: 404 },
    { what: "a path with a NUL", bytes: get("/metrics%00"), status: 404 },
    { what: "a path with a parameter", bytes: get("/metrics;x"), status: 404 },
    { what: "a path that is no text", bytes: get("/%ff%"), status: 404 },
    { what: "a query of 15 kB", bytes: get(`/-/healthy?${"a".repeat(15_000)}`), status: 200 },
    {
      what: "1,500 types that it would accept",
      bytes: get("/metrics", `Accept: ${"a/b;q=0.1,".repeat(1500)}*/*\r\n`),
      status: 200,
    },
  ])("answers $status to a request with $what", async ({ bytes, status }) => {
    expect(await send(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
    expect((await daemon.get("/-/healthy")).status).toBe(200);
  });

  test("closes a connection that asks it to be a proxy", async () => {
    expect(await send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n")).not.toContain(" 200 ");
  });

  test("answers each of 2,000 requests that come in one piece", async () => {
    const all = await send(get("/-/healthy").repeat(2000), 2000);
    expect(all.match(/HTTP\/1\.1 200 /gu)).toHaveLength(2000);
  });

  test("answers probes among 100 reloads at once", async () => {
    const reload = async (): Promise<number> => {
      const asked = request(`${daemon.url}/-/reload`, { method: "POST" });
      return new Promise((resolve, reject) => {
        asked.on("error", reject).on("response", (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        asked.end();
      });
    };
    const reloads = Promise.all(Array.from({ length: 100 }, reload));
    expect((await daemon.get("/-/healthy")).status).toBe(200);
    expect(new Set(await reloads)).toEqual(new Set([200]));
  });
});

/** What stands in the folder of the logs at once, and what is read of it. */
const folders: readonly {
  what: string;
  make: (logs: string) => void;
  read: number;
  rejected?: Record<string, number>;
}[] = [
  {
    what: "a log under two names",
    make: (logs) => {
      writeFileSync(join(logs, "app.log"), `${line({})}\n`.repeat(5));
      linkSync(join(logs, "app.log"), join(logs, "other.log"));
    },
    read: 5,
  },
  {
    what: "compressed zeros, 300 times as long as their file",
    make: (logs) => {
      writeFileSync(join(logs, "app.log"), `${line({})}\n`);
      writeFileSync(join(logs, "app.log.1.gz"), gzipSync(Buffer.alloc(300 * megabyte)));
    },
    read: 1,
  },
  {
    what: "a compressed file with a name of 4 MB in its header",
    make: (logs) => {
      writeFileSync(join(logs, "app.log"), `${line({})}\n`);
      const header = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]);
      writeFileSync(join(logs, "app.log.1.gz"), Buffer.concat([header, Buffer.alloc(4 * megabyte, "n")]));
    },
    read: 1,
  },
  {
    what: "100,000 classes in each of 3 tags",
    make: (logs) => {
      const all = Array.from({ length: 300_000 }, (_, index) =>
        line({ model: `m${index % 3}`, prediction: `c${index}` }),
      );
      writeFileSync(join(logs, "app.log"), `${all.join("\n")}\n`);
    },
    read: 300_000,
  },
];

test.each(folders)(
  "$what: what can be read counts once, and probes are answered",
  async ({ make, read, rejected = {} }) => {
    const { dir, daemon } = await serving();
    const logs = join(dir, "logs");
    renameSync(logs, join(dir, "away"));
    make(join(dir, "away"));
    renameSync(join(dir, "away"), logs);
    await eventually(async () => {
      expect((await fetch(`${daemon.url}/-/healthy`, { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
      return (await lines(daemon)).read >= read;
    }, "reads all lines");
    // A line more is the last one: nothing else is read before it.
    appendFileSync(join(logs, "app.log"), `${line({})}\n`);
    await eventually(async () => (await lines(daemon)).read > read, "reads on");
    expect(await lines(daemon)).toMatchObject({ read: read + 1, rejected });
    expect(await daemon.stop()).toBe(0);
  },
);

describe("lines of containers that come in pieces and have no end", () => {
  const piece = (tag: string, text: string, stream = "stdout"): string =>
    `2026-01-01T00:00:01.5Z ${stream} ${tag} ${text}\n`;
  const event = line({});
  const files = 60;
  const dir = mkdtempSync(join(root, "d-"));
  const log = (index: number): string => join(dir, "logs", `${index}.log`);
  const args = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  let daemon: Daemon;
  beforeAll(async () => {
    mkdirSync(join(dir, "logs"));
    const fields = { model: "model", predicted: "prediction", actual: "label" };
    const sources = [{ name: "logs", files: ["logs/*.log"], wrapper: "cri", fields }];
    writeFileSync(join(dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 1000 }] }));
    const pieces = ["stdout", "stderr"].map((stream) => piece("P", "a".repeat(15_000), stream).repeat(64)).join("");
    // The last ones are short, and are not those that give way.
    for (let index = 0; index < files; index++) {
      writeFileSync(log(index), index < files - 3 ? pieces : piece("P", event.slice(0, 9)));
    }
    daemon = await Daemon.start(args);
  });
  afterAll(async () => {
    expect(await daemon.stop()).toBe(0);
  });

  const allRead = async (): Promise<boolean> => {
    const { body } = await daemon.get("/metrics");
    const lags = [...body.matchAll(/^model_quality_exporter_source_lag_bytes\{[^}]*\} (\d+)$/gmu)];
    return lags.length > 0 && lags.every(([, bytes]) => bytes === "0");
  };

  test("take no more memory than a budget, and next to nothing of the state", async () => {
    await eventually(allRead, "has read all");
    await eventually(async () => ((await lines(daemon)).rejected["line_too_long"] ?? 0) > files, "gives lines up");
    const { body } = await daemon.get("/metrics");
    const memory = Number(/^process_resident_memory_bytes (\d+)$/mu.exec(body)?.[1]);
    expect(memory).toBeLessThan(300 * megabyte);
    const bytes = readdirSync(join(dir, "state"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).blocks * 512, 0);
    expect(bytes).toBeLessThan(4 * megabyte);
  });

  test("are read back after a kill, or counted as lost where they are gone", async () => {
    const index = files - 1;
    appendFileSync(log(index - 1), piece("P", event.slice(9, 12)));
    await eventually(allRead, "has read all");
    await eventually(async () => {
      const before = (await daemon.get("/metrics")).body;
      return (
        Number(/^model_quality_exporter_checkpoint_timestamp_seconds (\S+)$/mu.exec(before)?.[1]) >
        Date.now() / 1000 - 0.5
      );
    }, "has committed");
    await daemon.stop("SIGKILL");
    rmSync(log(index - 2));
    appendFileSync(log(index), piece("F", event.slice(9)));
    daemon = await Daemon.start(args);
    appendFileSync(log(index - 1), piece("F", event.slice(12)));
    // The end of a line that was given up is no line, and the next one is.
    appendFileSync(log(0), piece("F", event) + piece("F", event));
    const samples = async (): Promise<number> =>
      Number(/^model_quality_samples\{[^}]*\} (\d+)$/mu.exec((await daemon.get("/metrics")).body)?.[1]);
    await eventually(async () => (await samples()) >= 3, "counts what has its end");
    await eventually(async () => (await lines(daemon)).rejected["line_lost"] === 1, "tells what is lost");
    expect(await samples()).toBe(3);
    expect((await lines(daemon)).rejected["malformed"]).toBeUndefined();
  });
});

test("a declared model counts though 1,500 others came first, and so does what another source brings", async () => {
  const dir = mkdtempSync(join(root, "d-"));
  const log = (name: string, models: readonly string[]): void => {
    writeFileSync(join(dir, name), models.map((model) => `${line({ model })}\n`).join(""));
  };
  log(
    "junk.log",
    Array.from({ length: 1500 }, (_, index) => `junk-${index}`),
  );
  const fields = { model: "model", predicted: "prediction", actual: "label" };
  const sources = ["junk", "late", "other"].map((name) => ({ name, files: [`${name}.log`], fields }));
  const config = { sources, models: { fraud: {} }, limits: { maxTagsPerSource: 990 } };
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  const daemon = await Daemon.start(["--config", join(dir, "config.json"), "--state", join(dir, "state")]);
  const reads = (count: number): Promise<unknown> =>
    eventually(async () => (await lines(daemon)).read === count, `reads ${count} lines`);
  await reads(1500);
  log("other.log", ["mine"]);
  log("late.log", ["fraud"]);
  await reads(1502);
  const { body } = await daemon.get("/metrics");
  expect(body).toMatch(/^model_quality_samples\{model="fraud"[^}]*window="24h"\} 1$/mu);
  expect(body).toMatch(/^model_quality_samples\{model="mine"[^}]*window="24h"\} 1$/mu);
  expect(body).toContain("model_quality_exporter_tags 992\n");
  expect(body).toContain("model_quality_exporter_tags_dropped_total 510\n");
  expect(await daemon.stop()).toBe(0);
});

test("probes are answered while 1,500 compressed copies of one log are looked through", async () => {
  const dir = mkdtempSync(join(root, "d-"));
  const text = `${line({ pad: "x".repeat(2000) })}\n`;
  for (let index = 0; index < 1500; index++) {
    writeFileSync(join(dir, `app.log.${index}.gz`), gzipSync(`${text}${line({ index })}\n`));
  }
  const fields = { model: "model", predicted: "prediction", actual: "label" };
  const source = { name: "logs", files: ["app.log*"], fields };
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [source], limits: { maxFiles: 2000 } }));
  const daemon = await Daemon.start(["--config", join(dir, "config.json"), "--state", join(dir, "state")]);
  let probes = 0;
  await eventually(async () => {
    expect((await fetch(`${daemon.url}/-/healthy`, { signal: AbortSignal.timeout(5000) })).status).toBe(200);
    const { status } = await daemon.get("/-/ready");
    if (status !== 200) probes++;
    return status === 200;
  }, "has read all");
  expect(probes).toBeGreaterThan(5);
  expect(await daemon.stop()).toBe(0);
});

test("check says how many files match where they are more than limits.maxFiles", async () => {
  const dir = mkdtempSync(join(root, "d-"));
  for (let index = 0; index < 12; index++) writeFileSync(join(dir, `${index}.log`), `${line({})}\n`);
  const fields = { model: "model", predicted: "prediction", actual: "label" };
  const sources = [{ name: "logs", files: ["*.log"], fields }];
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources, limits: { maxFiles: 10 } }));
  await run(["generate", "--config", join(dir, "config.json"), "--out", dir]);
  const { stdout } = await run(["check", "--config", join(dir, "config.json"), "--out", dir], { env: { PATH: dir } });
  expect(stdout).toMatch(/logs.*12 files.*limits\.maxFiles.*10/u);
});
