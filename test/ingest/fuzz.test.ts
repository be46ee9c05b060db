import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { savedPart, type JsonValue } from "../../src/serializable.ts";
import { repetitions } from "../support/effort.ts";
import fc from "../support/property.ts";
import { send } from "./api.ts";
import { serveEvents, type InProcess } from "./in-process.ts";

let events: InProcess;

beforeAll(async () => {
  const http = { maxBodyBytes: 4096, maxQueuedBytes: 4096, maxEvents: 20 };
  events = await serveEvents(http, () => Promise.resolve(true));
});

afterAll(() => {
  events.close();
});

const event = fc.record({
  model: fc.constantFrom("m", "n"),
  predicted: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<JsonValue>("a", 1, true) },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(null, {}, ["a"]) },
  ),
  actual: fc.constantFrom<JsonValue>("a", 0, true, "é\n"),
  specversion: fc.constant("1.0"),
  id: fc.constantFrom("1", "2", "3"),
  source: fc.constant("s"),
  type: fc.constantFrom("t", "org.kubeflow.serving.inference.request"),
});

/** Bodies as clients make them, and none too long to be mostly refused. */
const written = fc
  .array(event, { maxLength: 25 })
  .chain((all) =>
    fc.constantFrom(
      all.map((one) => `${JSON.stringify(one)}\n`).join(""),
      JSON.stringify(all),
      JSON.stringify(all, undefined, 1),
      JSON.stringify(all[0] ?? null),
    ),
  );

/** The bytes of a text, some of them changed, put in or taken out. */
const damaged = fc
  .tuple(
    written,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom("\0", '"', "\\", "[", "]", "{", "}", ",", ":", "\n", " ", "\xff", "1", "a"),
        fc.nat(2),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, changes]) => {
    let bytes = Buffer.from(text);
    for (const [where, what, removed] of changes) {
      const at = where % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(what, "latin1"), bytes.subarray(at + removed)]);
    }
    return bytes;
  });

const body = fc.oneof(
  { weight: 5, arbitrary: damaged },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)) },
);

const known = ["application/json", "application/x-ndjson", "application/jsonl", "application/json; charset=utf-8"];
const cloudEvents = ["application/cloudevents+json", "application/cloudevents-batch+json"];
const types = [...known, ...known, ...cloudEvents, "text/plain", "application/cloudevents", "a/b; c=", ""];
const attributes = fc.record(
  {
    "ce-specversion": fc.constantFrom("1.0", "0.3", "9", ""),
    "ce-id": fc.constantFrom("1", "2", "%41", "%", "%ff", ""),
    "ce-source": fc.constantFrom("s", "/é"),
    "ce-type": fc.constantFrom("t", "org.kubeflow.serving.inference.request"),
    "ce-model": fc.constantFrom("m", '"},{'),
  },
  { requiredKeys: ["ce-specversion"] },
);
const headers = fc
  .record(
    {
      "content-type": fc.constantFrom(...types),
      "content-encoding": fc.constantFrom("gzip", "gzip", "gzip", "GZIP", "identity", "identity", "br"),
      "idempotency-key": fc.oneof(
        { weight: 9, arbitrary: fc.nat(500).map((n) => `k${n}`) },
        { weight: 1, arbitrary: fc.constantFrom('"k1"', "x".repeat(300), "") },
      ),
    },
    { requiredKeys: ["content-type"] },
  )
  .chain((plain) =>
    fc.oneof(
      fc.constant(plain),
      fc.constant(plain),
      attributes.map((more) => ({ ...plain, ...more })),
    ),
  );

test(
  "whatever is posted, the answer is one of the list, and what it says was accepted is what counts",
  async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(body, headers, fc.boolean(), fc.nat(9), async (bytes, given, isPartial, gzip) => {
        const isGzip = gzip > 0 && given["content-encoding"]?.toLowerCase() === "gzip";
        const encoded = isGzip ? gzipSync(bytes) : bytes;
        const sent = Object.fromEntries(
          Object.entries(given).filter(([name, value]) => value !== "" || name === "idempotency-key"),
        );
        const before = events.counted();
        const path = `/api/v1/events${isPartial ? "?partial=1" : ""}`;
        const { status, json, headers: told } = await send(events.url, { path, headers: sent, body: encoded });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([200, 202, 400, 413, 415, 422, 429]).toContain(status);
        const answer = json as JsonValue;
        const accepted = told["idempotency-replayed"] === "true" ? 0 : Number(savedPart(answer, "accepted") ?? 0);
        expect(events.counted() - before).toBe(accepted);
        if (status >= 400) expect([accepted, typeof savedPart(answer, "error")]).toEqual([0, "string"]);
        expect([events.intake.queue.bytes, events.intake.running.size]).toEqual([0, 0]);
      }),
      { numRuns: repetitions(500, 50_000) },
    );
    for (const status of [200, 202, 400, 413, 415, 422]) expect(statuses.get(status)).toBeGreaterThan(0);
    expect(events.counted()).toBeGreaterThan(100);
  },
  repetitions(60_000, 3_600_000),
);
