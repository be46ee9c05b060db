import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { Api, lines, ndjson, outcomes, send, type Answer, type Sent } from "./api.ts";

const json = { "content-type": "application/json" };
const one = { model: "m", predicted: "a", actual: "a" };
const token = "s3cr3t-token";

/** An event of KServe's logger in binary mode. */
function kserve(id: string, type: "request" | "response", more: Record<string, string> = {}): Record<string, string> {
  return {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-id": id,
    "ce-source": "http://iris-predictor",
    "ce-type": `org.kubeflow.serving.inference.${type}`,
    "ce-inferenceservicename": "iris",
    "ce-time": new Date().toISOString(),
    ...more,
  };
}

describe("what a source of events by HTTP takes", () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  afterAll(async () => {
    await api.daemon.stop();
  });

  const good: readonly { what: string; headers: Record<string, string>; body: string | Buffer; events: number }[] = [
    { what: "lines of JSON", headers: lines, body: ndjson(outcomes(3, "lines of JSON")), events: 3 },
    {
      what: "lines without a last line end, with blank ones and a byte order mark",
      headers: { "content-type": "application/jsonl" },
      body: `\ufeff${ndjson(outcomes(2, "x"))}\r\n\n${JSON.stringify({ ...one, model: "x" })}`,
      events: 3,
    },
    { what: "one object", headers: json, body: JSON.stringify({ ...one, model: "one object" }), events: 1 },
    {
      what: "an array over lines",
      headers: { "content-type": "application/json; charset=UTF-8" },
      body: JSON.stringify(outcomes(4, "array"), undefined, 2),
      events: 4,
    },
    { what: "an empty array", headers: json, body: " [ ] ", events: 0 },
    {
      what: "lines that are compressed",
      headers: { ...lines, "content-encoding": "gzip" },
      body: gzipSync(ndjson(outcomes(500, "gzip"))),
      events: 500,
    },
    {
      what: "an array that is compressed in two parts",
      headers: { ...json, "content-encoding": "gzip" },
      body: Buffer.concat([gzipSync("["), gzipSync(`${JSON.stringify({ ...one, model: "parts" })}]`)]),
      events: 1,
    },
  ];
  test.each(good)("$what count as $events and are durable", async ({ headers, body, events }) => {
    const answer = await api.post(body, headers);
    expect(answer.json).toEqual({ accepted: events, duplicates: 0, rejected: [] });
    expect(answer.status).toBe(202);
  });

  test("a bad line among good ones is named, and none counts; with ?partial=1 the others do", async () => {
    const bodyOf = (model: string): string => {
      const all = outcomes(100, model).map((event) => JSON.stringify(event));
      all[41] = '{"model": "partial", "predicted": {}, "actual": "a"}';
      return all.join("\n");
    };
    const refused = await api.post(bodyOf("none"));
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ accepted: 0, rejected: [{ line: 42, reason: "wrong_type" }] });
    expect(await api.counted("none")).toBe(0);

    const partial = await api.post(bodyOf("partial"), lines, { path: "/api/v1/events?partial=1" });
    expect(partial.status).toBe(202);
    expect(partial.json).toMatchObject({ accepted: 99, duplicates: 0, rejected: [{ line: 42, reason: "wrong_type" }] });
    expect(await api.counted("partial")).toBe(99);

    const rejected = await api.daemon.get("/api/v1/rejected");
    expect(JSON.parse(rejected.body)).toMatchObject({
      counts: [{ source: "api", rejected: { wrong_type: 2 } }],
      lines: [
        { source: "api", file: "/api/v1/events", lineNumber: 42, reason: "wrong_type" },
        { source: "api", file: "/api/v1/events", lineNumber: 42, reason: "wrong_type" },
      ],
    });
  });

  test("without a join an event of one side is a prediction without its label, or lacks the prediction", async () => {
    const unlabelled = await api.post(ndjson([{ model: "m", predicted: "a" }]));
    expect([unlabelled.status, unlabelled.json]).toEqual([
      202,
      { accepted: 0, duplicates: 0, skipped: 1, rejected: [] },
    ]);
    expect((await api.post(ndjson([{ model: "m", actual: "a" }]))).json).toMatchObject({
      rejected: [{ line: 1, reason: "missing_field" }],
    });
  });

  const bad: readonly (Sent & { what: string; status: number; answer?: object; says: RegExp })[] = [
    { what: "a GET", method: "GET", status: 405, answer: { allow: "POST" }, says: /POST/u },
    {
      what: "no type",
      headers: {},
      body: "{}",
      status: 415,
      says: /no Content-Type; expected one of application\/x-ndjson/u,
    },
    { what: "a form", headers: { "content-type": "text/plain" }, body: "{}", status: 415, says: /text\/plain/u },
    {
      what: "a type so long that the answer could be compressed",
      headers: { "content-type": `x/${"y".repeat(2000)}`, "accept-encoding": "gzip" },
      body: "{}",
      status: 415,
      says: /yyy; expected one of/u,
    },
    {
      what: "another charset",
      headers: { "content-type": "application/json; charset=latin1" },
      body: "{}",
      status: 415,
      says: /latin1/u,
    },
    {
      what: "another encoding",
      headers: { ...json, "content-encoding": "br" },
      body: "{}",
      status: 415,
      says: /gzip/u,
    },
    { what: "no JSON", headers: json, body: "{", status: 400, says: /not JSON/u },
    { what: "nothing", headers: json, body: "", status: 400, says: /not JSON/u },
    { what: "an array that does not end", headers: json, body: '[{"model":"m"}', status: 400, says: /not JSON/u },
    { what: "an array with something after it", headers: json, body: "[] 1", status: 400, says: /not JSON/u },
    { what: "an array with two commas", headers: json, body: "[{},,{}]", status: 400, says: /array of events/u },
    {
      what: "a damaged gzip",
      headers: { ...json, "content-encoding": "gzip" },
      body: "[]",
      status: 400,
      says: /not gzip/u,
    },
    {
      what: "a gzip that is cut",
      headers: { ...json, "content-encoding": "gzip" },
      body: gzipSync(JSON.stringify(outcomes(1000))).subarray(0, 50),
      status: 400,
      says: /gzip/u,
    },
    {
      what: "a gzip bomb",
      headers: { ...json, "content-encoding": "gzip" },
      body: gzipSync(Buffer.alloc(40_000_000, 0x20)),
      status: 413,
      says: /4194304 bytes \(http.maxBodyBytes\)/u,
    },
    { what: "more bytes than may be", headers: json, body: " ".repeat(5_000_000), status: 413, says: /maxBodyBytes/u },
    {
      what: "more events than may be",
      headers: json,
      body: `[${"1,".repeat(10_000)}1]`,
      status: 413,
      says: /maxEvents/u,
    },
    {
      what: "an empty key",
      headers: { ...json, "idempotency-key": "" },
      body: "[]",
      status: 400,
      says: /Idempotency-Key/u,
    },
    {
      what: "a page of another site",
      headers: { ...json, origin: "https://evil.example" },
      body: "[]",
      status: 403,
      says: /other sites/u,
    },
    {
      what: "an event without a source",
      headers: { ...json, "ce-specversion": "1.0", "ce-id": "1", "ce-type": "t" },
      body: "{}",
      status: 400,
      says: /ce-source/u,
    },
    {
      what: "an event of a version to come",
      headers: kserve("v", "response", { "ce-specversion": "2.0" }),
      body: "{}",
      status: 400,
      says: /ce-specversion/u,
    },
    {
      what: "an event with half a percent sign",
      headers: kserve("v", "response", { "ce-subject": "100%" }),
      body: "{}",
      status: 400,
      says: /ce-subject/u,
    },
    {
      what: "a structured event that is an array",
      headers: { "content-type": "application/cloudevents+json" },
      body: "[]",
      status: 400,
      says: /JSON object/u,
    },
    {
      what: "a batch with a bare object",
      headers: { "content-type": "application/cloudevents-batch+json" },
      body: "[{}]",
      status: 400,
      says: /event 1: expected a text as the CloudEvents attribute specversion/u,
    },
  ];
  test.each(bad)("$what is refused with $status", async ({ status, answer = {}, says, ...sent }) => {
    const refused = await send(api.daemon.url, sent);
    expect(refused.status).toBe(status);
    expect(refused.json).toMatchObject({ error: expect.stringMatching(says) });
    expect(refused.headers).toMatchObject(answer);
  });

  test("a body of chunks without end is refused as soon as it is too large, and the answer is read", async () => {
    const { hostname, port } = new URL(api.daemon.url);
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.on("error", () => undefined);
    socket.write(
      "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const chunk = `200000\r\n${" ".repeat(2 ** 21)}\r\n`;
    await eventually(() => {
      if (!socket.destroyed) socket.write(chunk);
      return answer.includes("413");
    }, "it is refused");
    await eventually(() => socket.destroyed, "the connection is closed");
    expect(await api.metric("ingest_queued_bytes{}")).toBe(0);
  });

  test("requests, events and the time to a commit are on /metrics", async () => {
    await api.post(ndjson(outcomes(1)));
    expect(await api.metric('ingest_requests_total{code="202"}')).toBeGreaterThan(0);
    expect(await api.metric('ingest_requests_total{code="415"}')).toBeGreaterThan(0);
    expect(await api.metric('ingest_events_total{result="accepted"}')).toBeGreaterThan(500);
    expect(await api.metric("ingest_commit_seconds_count{}")).toBeGreaterThan(0);
    expect(await api.metric('lines_total{source="api"}')).toBeGreaterThan(500);
    expect(await api.metric('source_last_read_timestamp_seconds{file="/api/v1/events",source="api"}')).toBeGreaterThan(
      0,
    );
  });
});

describe("an Idempotency-Key", () => {
  test("a repeat gets the first answer, also after kill -9 and from a second connection at once; another body is refused", async () => {
    const api = await Api.start();
    const body = ndjson(outcomes(100));
    const headers = { ...lines, "idempotency-key": "customer-4711" };
    const both = await Promise.all([api.post(body, headers), api.post(body, headers)]);
    const statuses = both.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, 409]);
    expect(both.find(({ status }) => status === 409)?.headers["retry-after"]).toBe("1");
    const again = await api.post(body, headers);
    expect([again.status, again.headers["idempotency-replayed"], again.json]).toEqual([
      202,
      "true",
      { accepted: 100, duplicates: 0, rejected: [] },
    ]);
    expect((await api.post(ndjson(outcomes(1)), headers)).status).toBe(422);
    await api.daemon.stop("SIGKILL");

    const next = await Api.start(api.dir);
    const replayed = await next.post(body, headers);
    expect([replayed.status, replayed.headers["idempotency-replayed"]]).toEqual([202, "true"]);
    expect((await next.post(ndjson(outcomes(1)), headers)).status).toBe(422);
    expect(await next.counted()).toBe(100);
    await next.daemon.stop();
    // Neither the key nor a plain hash of it lies in the state.
    const state = readdirSync(join(api.dir, "state"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    for (const form of ["customer-4711", createHash("sha256").update("customer-4711").digest("hex")]) {
      expect(state.some((bytes) => bytes.includes(form))).toBe(false);
    }
  });

  test("a key whose body was refused can be used for the mended one", async () => {
    const api = await Api.start();
    const headers = { ...lines, "idempotency-key": "k" };
    expect((await api.post("{", headers)).status).toBe(400);
    expect((await api.post(ndjson(outcomes(1)), headers)).status).toBe(202);
    expect(await api.counted()).toBe(1);
    await api.daemon.stop();
  });
});

describe("CloudEvents", () => {
  const config = (predicted: string): string =>
    Api.folder(
      {},
      {
        sources: [
          {
            name: "api",
            http: {},
            fields: { model: "inferenceservicename", predicted, actual: null, id: "id", time: "time" },
          },
          { name: "truth", files: ["truth.jsonl"], fields: { predicted: null, actual: "label", id: "id" } },
        ],
        join: {},
      },
    );

  test("KServe's requests and answers, repeated, give one prediction a pair, in binary, structured and batch mode", async () => {
    const api = await Api.start(config("data.predictions.0"));
    const structured = (id: string, type: string): object => {
      const { "ce-source": source = "", "ce-inferenceservicename": inferenceservicename = "" } = kserve(id, "request");
      const attributes = { specversion: "1.0", id, source, type: `org.kubeflow.serving.inference.${type}` };
      return { ...attributes, inferenceservicename, data: { predictions: [1] } };
    };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answers: Answer[] = [];
    for (const type of ["request", "response", "response"] as const) {
      answers.push(await api.post('{"predictions":[1]}', kserve("b%C3%A9", type, type === "response" ? form : {})));
    }
    const event = { "content-type": "application/cloudevents+json" };
    for (const type of ["request", "response", "response"]) {
      answers.push(await api.post(JSON.stringify(structured("s", type), undefined, 1), event));
    }
    const batch = ["x", "y", "x"].flatMap((id) => [structured(id, "request"), structured(id, "response")]);
    const ofBatch = await api.post(JSON.stringify(batch), { "content-type": "application/cloudevents-batch+json" });
    const ignored = { accepted: 0, duplicates: 0, skipped: 1, rejected: [] };
    const taken = { accepted: 1, duplicates: 0, rejected: [] };
    const known = { accepted: 0, duplicates: 1, rejected: [] };
    expect(answers.map(({ json: body }) => body)).toEqual([ignored, taken, known, ignored, taken, known]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect([ofBatch.status, ofBatch.json]).toEqual([202, { accepted: 2, duplicates: 1, skipped: 3, rejected: [] }]);
    expect(await api.metric("pending_predictions{}")).toBe(4);

    writeFileSync(join(api.dir, "truth.jsonl"), ndjson(["bé", "s", "x"].map((id) => ({ id, label: 1 }))));
    await eventually(async () => (await api.counted("iris")) === 3, "the labels find them");
    await api.daemon.stop("SIGKILL");
    const next = await Api.start(api.dir);
    expect((await next.post('{"predictions":[1]}', kserve("b%C3%A9", "response"))).json).toEqual(known);
    await next.daemon.stop();
  });

  test("a batch of KServe's is an event for each of its predictions", async () => {
    const api = await Api.start(config("data.predictions[]"));
    const answer = await api.post('{"predictions":[1,0,1]}', kserve("n", "response"));
    expect([answer.status, answer.json]).toEqual([200, { accepted: 1, duplicates: 0, rejected: [] }]);
    expect(await api.metric("pending_predictions{}")).toBe(3);
    await api.daemon.stop();
  });

  test("data that is no JSON is in data_base64, and an attribute of that name cannot stand in for it", async () => {
    const dir = Api.folder(
      {},
      {
        sources: [
          {
            name: "api",
            http: {},
            fields: {
              model: "inferenceservicename",
              predicted: { in: "data_base64", decode: ["base64", "csv"], path: "[0]" },
              actual: { in: "data_base64", decode: ["base64", "csv"], path: "[1]" },
            },
          },
        ],
      },
    );
    const api = await Api.start(dir);
    const headers = kserve("c", "response", { "content-type": "text/csv", "ce-data_base64": "eCx5" });
    expect((await api.post("a,b\n", headers)).json).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    const models = await api.daemon.get("/api/v1/models");
    expect(models.body).toContain('"classes":["a","b"]');
    await api.daemon.stop();
  });
});

describe("halves by HTTP", () => {
  test("predictions and labels are joined in either order, and repeats count once without a key", async () => {
    const api = await Api.start(Api.folder({}, { join: {} }));
    const prediction = { id: "1", model: "m", predicted: "a" };
    const label = { id: "1", actual: "b" };
    for (const event of [prediction, label, prediction, label]) {
      expect((await api.post(ndjson([event]))).json).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    }
    expect(
      (
        await api.post(
          ndjson([
            { id: "2", actual: "b" },
            { id: "2", model: "m", predicted: "a" },
          ]),
        )
      ).status,
    ).toBe(202);
    expect(await api.counted()).toBe(2);
    expect((await api.post(ndjson([{ model: "m", predicted: "a" }]))).json).toMatchObject({
      rejected: [{ line: 1, reason: "missing_field" }],
    });
    await api.daemon.stop();
  });

  test("with whenFull: refuse no half is forgotten: what has no room is refused, and joined ids make room", async () => {
    const api = await Api.start(Api.folder({ whenFull: "refuse" }, { join: { maxIds: 64 } }));
    const half = (from: number, count: number): object[] =>
      Array.from({ length: count }, (_, n) => ({ id: String(from + n), model: "m", predicted: "a" }));
    expect((await api.post(ndjson(half(0, 60)))).status).toBe(202);
    const full = await api.post(ndjson(half(60, 10)));
    expect([full.status, full.headers["retry-after"]]).toEqual([429, "60"]);
    expect(full.json).toMatchObject({ error: expect.stringContaining("join.maxIds") });
    expect(
      (await api.post(ndjson(half(0, 60).map((event) => ({ ...event, predicted: undefined, actual: "a" }))))).status,
    ).toBe(429);
    await Promise.all(half(0, 60).map((_, at) => api.post(ndjson([{ id: String(at), actual: "a" }]))));
    expect(await api.counted()).toBe(60);
    expect((await api.post(ndjson(half(60, 60)))).status).toBe(202);
    expect(await api.metric('pending_evicted_total{reason="capacity"}')).toBe(0);
    await api.daemon.stop();
  });
});

describe("who may post", () => {
  test("a token of the file opens the path of events and no other; the file is read again when it changes", async () => {
    const dir = Api.folder({ tokensFile: "tokens" });
    const file = join(dir, "tokens");
    writeFileSync(file, `other\n\n${token}\n`);
    const api = await Api.start(dir);
    const post = (authorization?: string, body = ndjson(outcomes(1))): Promise<Answer> =>
      api.post(body, { ...lines, ...(authorization === undefined ? {} : { authorization }) });
    const refused = [
      await post(),
      await post(`Bearer ${token}x`),
      await post("Bearer "),
      await post(`Basic ${Buffer.from(`user:${token}`).toString("base64")}`),
      await post(undefined, " ".repeat(8_000_000)),
    ];
    for (const { status, headers } of refused) {
      expect([status, headers["www-authenticate"]]).toEqual([401, "Bearer, Basic"]);
    }
    expect((await post(`Bearer ${token}`)).status).toBe(202);
    expect((await post("bearer other")).status).toBe(202);

    writeFileSync(`${file}.new`, "rotated");
    renameSync(`${file}.new`, file);
    expect([(await post(`Bearer ${token}`)).status, (await post("Bearer rotated")).status]).toEqual([401, 202]);

    // What vanishes, or holds nothing, opens nothing; the log says so once.
    rmSync(file);
    expect((await post("Bearer rotated")).status).toBe(401);
    expect((await post("Bearer rotated")).status).toBe(401);
    writeFileSync(file, "\n");
    expect((await post("Bearer ")).status).toBe(401);
    expect(api.daemon.log.match(/cannot use the tokens/gu)).toHaveLength(1);
    writeFileSync(file, `${token}\n`);
    expect((await post(`Bearer ${token}`)).status).toBe(202);
    expect(api.daemon.log).not.toContain(token);
    expect(await api.counted()).toBe(4);
    await api.daemon.stop();
  });

  const starts: readonly { what: string; http: object; listen: string; code: number; says: RegExp }[] = [
    {
      what: "on all addresses without tokens",
      http: {},
      listen: ":0",
      code: 2,
      says: /source "api": anybody .* http\.tokensFile/u,
    },
    {
      what: "with tokens that are not there",
      http: { tokensFile: "none" },
      listen: "127.0.0.1:0",
      code: 2,
      says: /http\.tokensFile: cannot use .*none/u,
    },
    {
      what: "with a file of no token",
      http: { tokensFile: "config.json/../empty" },
      listen: "127.0.0.1:0",
      code: 2,
      says: /cannot use/u,
    },
  ];
  test.each(starts)("it does not start $what", async ({ http, listen, code, says }) => {
    const dir = Api.folder(http);
    writeFileSync(join(dir, "empty"), "");
    const flags = ["--config", join(dir, "config.json"), "--state", join(dir, "state"), "--web.listen-address", listen];
    const ended = await run(["serve", ...flags]);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(says)]);
  });

  test("a login of the web config opens the path of events as a token does, and no login no other path", async () => {
    const dir = Api.folder({ tokensFile: "tokens" });
    writeFileSync(join(dir, "tokens"), token);
    writeFileSync(join(dir, "web.yml"), `basic_auth_users: { ann: "${hashSync("right", 4)}" }`);
    const api = await Api.start(dir, ["--web.config.file", join(dir, "web.yml")]);
    const post = async (authorization?: string): Promise<unknown> => {
      const headers = { ...lines, ...(authorization === undefined ? {} : { authorization }) };
      return (await api.post(ndjson(outcomes(1)), headers)).status;
    };
    const login = (password: string): string => `Basic ${Buffer.from(`ann:${password}`).toString("base64")}`;
    expect([await post(login("right")), await post(`Bearer ${token}`)]).toEqual([202, 202]);
    expect([await post(), await post(login("wrong")), await post("Bearer wrong")]).toEqual([401, 401, 401]);
    const metrics = (authorization: string) =>
      send(api.daemon.url, { method: "GET", path: "/metrics", headers: { authorization } });
    expect([(await metrics(login("right"))).status, (await metrics(`Bearer ${token}`)).status]).toEqual([200, 401]);
    await api.daemon.stop();
  });

  test("without tokens a login lets it start on all addresses, and is needed", async () => {
    const dir = Api.folder();
    writeFileSync(join(dir, "web.yml"), `basic_auth_users: { ann: "${hashSync("right", 4)}" }`);
    const flags = ["--web.config.file", join(dir, "web.yml"), "--web.listen-address", "0.0.0.0:0"];
    const api = await Api.start(dir, flags);
    const authorization = `Basic ${Buffer.from("ann:right").toString("base64")}`;
    expect((await api.post(ndjson(outcomes(1)))).status).toBe(401);
    expect((await api.post(ndjson(outcomes(1)), { ...lines, authorization })).status).toBe(202);
    // What was allowed by the login must not stay so without it.
    writeFileSync(join(dir, "web.yml"), "{}");
    await eventually(() => api.daemon.log.includes("web config reloaded"), "the login is gone");
    expect((await api.post(ndjson(outcomes(1)), { ...lines, authorization })).status).toBe(401);
    await api.daemon.stop();
  });

  test("a reload that would let anybody post is refused, and one that takes the source away answers 404", async () => {
    const dir = Api.folder({ tokensFile: "tokens" });
    writeFileSync(join(dir, "tokens"), token);
    const api = await Api.start(dir, ["--web.enable-lifecycle", "--web.listen-address", "0.0.0.0:0"]);
    const reload = async (sources: readonly object[]): Promise<Answer> => {
      writeFileSync(join(dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 1_000_000 }] }));
      return send(api.daemon.url, { path: "/-/reload" });
    };
    const authorization = `Bearer ${token}`;
    const source = { name: "api", fields: { model: "model", predicted: "predicted", actual: "actual" } };
    const refused = await reload([{ ...source, http: {} }]);
    expect([refused.status, refused.body]).toEqual([500, expect.stringContaining("http.tokensFile")]);
    expect((await api.post(ndjson(outcomes(1)), { ...lines, authorization })).status).toBe(202);
    expect((await reload([{ ...source, files: ["a.log"] }])).status).toBe(200);
    expect((await api.post(ndjson(outcomes(1)), { ...lines, authorization })).status).toBe(404);
    await api.daemon.stop();
  });
});

describe("what is too much", () => {
  test("requests past the rate are refused until the next may come", async () => {
    const api = await Api.start(Api.folder({ rate: { perSecond: 0.2, burst: 2 } }));
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await api.post(ndjson(outcomes(1))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(Number(answers[2]?.headers["retry-after"])).toBeGreaterThanOrEqual(4);
    await api.daemon.stop();
  });

  test("bodies past maxQueuedBytes are refused while others are held, and let in afterwards", async () => {
    const api = await Api.start(Api.folder({ maxBodyBytes: 100_000, maxQueuedBytes: 100_000 }));
    const body = JSON.stringify(outcomes(1)) + " ".repeat(60_000);
    const both = await Promise.all([api.post(body, json), api.post(body, json)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 429]);
    expect(both.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("1");
    expect((await api.post(body, json)).status).toBe(202);
    expect(await api.metric("ingest_queued_bytes{}")).toBe(0);
    await api.daemon.stop();
  });
});
