import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/parse.ts";
import type { InfluxTarget } from "../../src/config/influxdb-target.ts";
import { outcomeOf } from "../../src/influxdb/answer.ts";
import { InfluxStats } from "../../src/influxdb/influx-stats.ts";
import { Sender } from "../../src/influxdb/sender.ts";
import type { Log } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { StandIn, type Answer } from "./stand-in.ts";

const dir = mkdtempSync(join(tempDir(), "secrets-"));
const tokenFile = join(dir, "token");

type Api = InfluxTarget["api"];

/** The keys of each version. */
const keys = {
  v1: { database: "my models", retentionPolicy: "a week", username: "mé", passwordFile: "token" },
  v2: { org: "ml & co", bucket: "quality", tokenFile: "token" },
  v3: { database: "models", tokenFile: "token" },
} as const satisfies Record<Api, unknown>;

function target(url: string, api: Api, more: Readonly<Record<string, unknown>> = {}): InfluxTarget {
  const influxdb = { url, api, ...keys[api], tags: { instance: "here" }, ...more };
  const config = parseConfig({ sources: [{ files: ["a"] }], influxdb }, join(dir, "model-quality.config.json"), {});
  if (config.influxdb === undefined) throw new Error("no target");
  return config.influxdb;
}

let server: StandIn;
let stats: InfluxStats;
let logged: string[];
let senders: Sender[] = [];

beforeEach(async () => {
  server = await new StandIn().start();
  stats = new InfluxStats();
  logged = [];
  writeFileSync(tokenFile, "s3cret\n");
});

afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.stop(0)));
  senders = [];
  await server.stop();
});

const times = { requestMs: 300, firstWaitMs: 10, longestWaitMs: 40, refusedWaitMs: 50 };

function makeSender(of: InfluxTarget = target(server.url, "v2"), more: Partial<typeof times> = {}, env = {}): Sender {
  const note = (what: unknown, message?: string): void => void logged.push(`${message ?? ""} ${JSON.stringify(what)}`);
  const log = { info: note, warn: note, error: note } as unknown as Log;
  const sender = new Sender(of, { stats, log, clock: Date.now, env, times: { ...times, ...more } });
  senders.push(sender);
  return sender;
}

/** Lines of a moment, each with a value of its own. */
function linesOf(count: number, time = 1): string {
  return Array.from({ length: count }, (_line, n) => `m,n=${n} v=${n}i ${time}\n`).join("");
}

/** Values that were posted, request by request. */
const values = (): (number | undefined)[][] =>
  server.posted.map(({ points }) => points.map(({ fields }) => fields["v"]));

describe("a request", () => {
  test.each([
    {
      api: "v1",
      path: "/write",
      query: { db: "my models", rp: "a week", precision: "s" },
      authorization: `Basic ${Buffer.from("mé:s3cret").toString("base64")}`,
    },
    {
      api: "v2",
      path: "/api/v2/write",
      query: { org: "ml & co", bucket: "quality", precision: "s" },
      authorization: "Token s3cret",
    },
    {
      api: "v3",
      path: "/api/v3/write_lp",
      query: { db: "models", precision: "second", accept_partial: "true", no_sync: "false" },
      authorization: "Bearer s3cret",
    },
  ] as const)("a request to $api is what its documentation asks for", async ({ api, path, query, authorization }) => {
    await makeSender(target(`${server.url}/behind/`, api)).add(linesOf(3), 3);
    await eventually(() => stats.lines.written === 3, "the lines are written");
    expect(server.posted).toEqual([expect.objectContaining({ method: "POST", path: `/behind${path}`, query })]);
    expect(server.posted[0]?.headers).toMatchObject({ authorization, "content-encoding": "gzip" });
    expect(values()).toEqual([[0, 1, 2]]);
    expect(stats).toMatchObject({ bufferedBytes: 0, bufferedLines: 0, failure: undefined });
    expect([...stats.requests]).toEqual([["204", 1]]);
    expect(stats.lastSuccessSeconds).toBeGreaterThan(1_700_000_000);
  });

  test("a request without a login has no header for it", async () => {
    const without = target(server.url, "v1", { username: undefined, passwordFile: undefined });
    await makeSender(without).add(linesOf(1), 1);
    await eventually(() => stats.lines.written === 1, "the line is written");
    expect(server.posted[0]?.headers.authorization).toBeUndefined();
  });

  test("a request reads the secret anew, from a file or a variable of the environment", async () => {
    const env: Record<string, string> = { TOKEN: "one" };
    const sender = makeSender(target(server.url, "v3", { tokenFile: undefined, token: { env: "TOKEN" } }), {}, env);
    await sender.add(linesOf(1), 1);
    await eventually(() => stats.lines.written === 1, "the first line is written");
    env["TOKEN"] = "two";
    await sender.add(linesOf(1), 1);
    await eventually(() => stats.lines.written === 2, "the second line is written");
    expect(server.posted.map(({ headers }) => headers.authorization)).toEqual(["Bearer one", "Bearer two"]);
  });

  test("a request waits for a secret that cannot be read, and the secret is in no log", async () => {
    rmSync(tokenFile);
    await makeSender().add(linesOf(1), 1);
    await eventually(() => stats.failure?.includes("ENOENT"), "the failure is told");
    expect(server.posted).toEqual([]);
    writeFileSync(tokenFile, "s3cret");
    await eventually(() => stats.lines.written === 1, "the line is written");
    expect(logged).toEqual([
      expect.stringContaining(`cannot read the secret: ENOENT: no such file or directory, open '${tokenFile}'`),
      expect.stringContaining("InfluxDB takes lines again"),
    ]);
    expect(logged.join()).not.toContain("s3cret");
  });
});

describe("an answer", () => {
  const json = (value: unknown): string => JSON.stringify(value);

  /** Answers that the servers document, and what they mean for a batch of 10 lines. */
  test.each([
    { says: "v1 takes the lines", status: 204, body: "", means: { kind: "taken", rejected: 0 } },
    {
      says: "v1 keeps the rest of a batch with a conflict of types",
      status: 400,
      body: json({
        error:
          'partial write: field type conflict: input field "v" on measurement "m" is type integer, already exists as type float dropped=1',
      }),
      means: { kind: "taken", rejected: 1, reason: expect.stringContaining("field type conflict") },
    },
    {
      says: "v1 names each line that it cannot read",
      status: 400,
      body: json({ error: "unable to parse 'a': missing fields\nunable to parse 'b': missing fields" }),
      means: {
        kind: "taken",
        rejected: 2,
        reason: "400: unable to parse 'a': missing fields unable to parse 'b': missing fields",
      },
    },
    {
      says: "v2 refuses the batch for its first bad line",
      status: 400,
      body: json({ code: "invalid", message: "unable to read line", line: 2 }),
      means: { kind: "taken", rejected: "all", reason: "400: unable to read line" },
    },
    {
      says: "v2 keeps the rest of a batch with a conflict of types",
      status: 422,
      body: json({
        code: "unprocessable entity",
        message: "failure writing points to database: partial write: field type conflict: x dropped=3",
      }),
      means: { kind: "taken", rejected: 3, reason: expect.stringContaining("422: failure writing") },
    },
    {
      says: "v3 lists the lines that it rejects",
      status: 400,
      body: json({
        error: "partial write of line protocol occurred",
        data: [{ original_line: "x", line_number: 2, error_message: "invalid column type" }],
      }),
      means: {
        kind: "taken",
        rejected: 1,
        reason: "400: partial write of line protocol occurred: invalid column type",
      },
    },
    {
      says: "the login is wrong",
      status: 401,
      body: json({ error: "authorization failed" }),
      means: { kind: "refused", reason: "401: authorization failed" },
    },
    { says: "the user may not", status: 403, body: "", means: { kind: "refused", reason: "403" } },
    {
      says: "there is no such database",
      status: 404,
      body: json({ error: 'database not found: "x"' }),
      means: { kind: "refused", reason: '404: database not found: "x"' },
    },
    { says: "the server is elsewhere", status: 301, body: "", means: { kind: "refused", reason: "301" } },
    { says: "the request took too long", status: 408, body: "", means: { kind: "later", reason: "408" } },
    { says: "the batch is too large", status: 413, body: "", means: { kind: "too large" } },
    {
      says: "we come too often",
      status: 429,
      retryAfter: "120",
      body: "",
      means: { kind: "later", reason: "429", afterMs: 120_000 },
    },
    {
      says: "we come too often, until a date",
      status: 429,
      retryAfter: "Wed, 15 Nov 2023 00:01:00 GMT",
      body: "",
      means: { kind: "later", reason: "429", afterMs: 60_000 },
    },
    {
      says: "the date is past",
      status: 503,
      retryAfter: "Wed, 15 Nov 2023 00:00:00 GMT",
      body: "",
      means: { kind: "later", reason: "503", afterMs: 0 },
    },
    {
      says: "the date is in a year",
      status: 503,
      retryAfter: "Fri, 15 Nov 2024 00:00:00 GMT",
      body: "",
      means: { kind: "later", reason: "503", afterMs: 3_600_000 },
    },
    {
      says: "nothing that can be read",
      status: 503,
      retryAfter: "soon",
      body: "<html>\n<b>no</b>",
      means: { kind: "later", reason: "503: <html> <b>no</b>" },
    },
    { says: "it has failed", status: 500, body: "", means: { kind: "later", reason: "500" } },
  ])(
    "an answer of $status means, where $says, that the batch is $means.kind",
    ({ status, body, retryAfter, means }) => {
      const headers = new Headers(retryAfter === undefined ? {} : { "Retry-After": retryAfter });
      expect(outcomeOf(status, headers, body, Date.parse("2023-11-15T00:00:00Z"))).toEqual(means);
    },
  );

  test.each<{ answer: Answer; code: string }>([
    { answer: { status: 408 }, code: "408" },
    { answer: { status: 429, headers: { "Retry-After": "0" } }, code: "429" },
    { answer: { status: 500 }, code: "500" },
    { answer: { status: 503, headers: { "Retry-After": new Date(0).toUTCString() } }, code: "503" },
    { answer: { status: 401 }, code: "401" },
    { answer: { status: 404 }, code: "404" },
    { answer: { status: 302, headers: { Location: "/elsewhere" } }, code: "302" },
    { answer: "hang", code: "timeout" },
    { answer: "slow drip", code: "timeout" },
    { answer: "cut off", code: "error" },
  ])("lines that are answered by $code wait, and are written once, in their order", async ({ answer, code }) => {
    server.answers.push(answer, answer);
    const sender = makeSender();
    await sender.add(linesOf(2, 1), 2);
    await sender.add(linesOf(3, 2), 3);
    await eventually(() => stats.lines.written === 5, "all is written");
    expect(server.posted.map(({ points }) => points[0]?.time)).toEqual([1, 1, 1, 2]);
    expect(server.mostOpen).toBeLessThanOrEqual(code === "timeout" ? 2 : 1);
    expect(Object.fromEntries(stats.requests)).toEqual({ [code]: 2, "204": 2 });
    expect(stats).toMatchObject({
      bufferedBytes: 0,
      lines: { written: 5, rejected: 0, dropped: 0 },
      failure: undefined,
    });
    // The failure is told once, and its end.
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain("InfluxDB takes lines again");
  });

  test("the time that a server asks for is waited", async () => {
    server.answers.push({ status: 429, headers: { "Retry-After": "1" } });
    await makeSender().add(linesOf(1), 1);
    await eventually(() => stats.lines.written === 1, "the line is written");
    const [first, second] = server.posted;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(980);
  });

  test("the waits double up to the longest one", async () => {
    server.answers.push(...Array.from({ length: 5 }, () => ({ status: 503 })));
    await makeSender(undefined, { firstWaitMs: 40, longestWaitMs: 160 }).add(linesOf(1), 1);
    await eventually(() => stats.lines.written === 1, "the line is written");
    const waits = server.posted.slice(1).map(({ at }, index) => at - (server.posted[index]?.at ?? 0));
    for (const [index, least] of [20, 40, 80, 80, 80].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least - 2);
  });

  test("a batch that is too large is halved until it is taken, and later ones are made smaller", async () => {
    server.answers.push({ status: 413 }, { status: 413 });
    const sender = makeSender();
    await sender.add(linesOf(8), 8);
    await eventually(() => stats.lines.written === 8, "all is written");
    expect(values()).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 3],
      [0, 1],
      [2, 3],
      [4, 5, 6, 7],
    ]);
    expect(sender.mostLines).toBe(2);
    expect(stats).toMatchObject({ bufferedBytes: 0, bufferedLines: 0 });
  });

  test("a line that is too large by itself is rejected", async () => {
    server.answers.push({ status: 413 }, { status: 413 });
    await makeSender().add(linesOf(2), 2);
    await eventually(() => stats.bufferedLines === 0, "nothing waits");
    expect(stats.lines).toEqual({ written: 1, rejected: 1, dropped: 0 });
  });

  test("rejected lines are not sent again, are counted, and the first reason is told", async () => {
    const body = json({ error: "partial write: field type conflict dropped=2" });
    server.answers.push({ status: 400, body }, { status: 400, body: json({ code: "invalid", message: "no" }) });
    const sender = makeSender();
    await sender.add(linesOf(5), 5);
    await sender.add(linesOf(4), 4);
    await eventually(() => stats.bufferedLines === 0, "nothing waits");
    expect(stats).toMatchObject({ lines: { written: 3, rejected: 6, dropped: 0 }, rejection: "400: no" });
    expect(server.posted).toHaveLength(2);
    expect(logged).toEqual([expect.stringContaining("InfluxDB rejects lines, which are lost")]);
    expect(logged[0]).toContain("field type conflict");
  });
});

describe("what waits", () => {
  test("what waits is bounded: the oldest lines are dropped and counted, and the newest are written", async () => {
    server.answers.push("hang");
    const sender = makeSender(target(server.url, "v2", { maxBufferedBytes: 65_536 }));
    const random = Array.from({ length: 20 }, (_batch, n) =>
      Array.from({ length: 500 }, () => `m,n=${Math.random()} v=${n}i 1\n`).join(""),
    );
    for (const text of random) await sender.add(text, 500);
    expect(stats.bufferedBytes).toBeLessThanOrEqual(65_536);
    expect(stats.lines.dropped).toBeGreaterThan(0);
    await eventually(() => stats.bufferedLines === 0, "what is left is written");
    expect(stats.lines.written + stats.lines.dropped).toBe(10_000);
    expect(values().at(-1)?.[0]).toBe(19);
    expect(logged.filter((text) => text.includes("oldest lines for InfluxDB are dropped"))).toHaveLength(1);
  });

  test.each<{ answer: Answer; dropped: number }>([
    { answer: { status: 204 }, dropped: 0 },
    { answer: { status: 503 }, dropped: 3 },
    { answer: "hang", dropped: 3 },
  ])("a stop tries what waits once more and at once: $answer drops $dropped lines", async ({ answer, dropped }) => {
    server.answers.push({ status: 503, headers: { "Retry-After": "3600" } }, answer);
    const sender = makeSender();
    await sender.add(linesOf(3), 3);
    await eventually(() => stats.failure, "the first try fails");
    const started = performance.now();
    await sender.stop(200);
    expect(performance.now() - started).toBeLessThan(1500);
    expect(stats.lines).toEqual({ written: 3 - dropped, rejected: 0, dropped });
    expect(logged.some((text) => text.includes("are given up"))).toBe(dropped > 0);
  });

  test("a config that is reloaded is tried at once", async () => {
    server.answers.push({ status: 401 });
    const sender = makeSender(undefined, { refusedWaitMs: 3_600_000 });
    await sender.add(linesOf(1), 1);
    await eventually(() => stats.failure, "the first try fails");
    sender.use(target(server.url, "v2"));
    await eventually(() => stats.lines.written === 1, "the line is written");
  });
});
