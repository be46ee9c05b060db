import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { readBody } from "../../src/ingest/body.ts";
import { ByteQueue } from "../../src/ingest/byte-queue.ts";
import { structured } from "../../src/ingest/cloud-event.ts";
import { elementsOf, membersOf } from "../../src/ingest/json-values.ts";
import { KnownKeys } from "../../src/ingest/known-keys.ts";
import { Refused } from "../../src/ingest/refusal.ts";
import { jsonEntries, type AnyEntry } from "../../src/serializable.ts";
import { CommitSchedule } from "../../src/server/commit-schedule.ts";
import fc from "../support/property.ts";

/** The texts of the elements of an array. */
function elements(text: string): string[] | undefined {
  const bytes = Buffer.from(text);
  const found = elementsOf(bytes, { start: 0, end: bytes.length }, 100);
  return found?.map(({ start, end }) => bytes.toString("utf8", start, end));
}

describe("the elements of a JSON array", () => {
  test.each([
    { text: "[]", found: [] },
    { text: " [ 1 , 2.5e3 ] ", found: ["1", "2.5e3"] },
    { text: '["a,]\\"", {"b": [1, {"c": "}"}]}]', found: ['"a,]\\""', '{"b": [1, {"c": "}"}]}'] },
    { text: "[NaN,-Infinity]", found: ["NaN", "-Infinity"] },
    { text: "", found: undefined },
    { text: "[", found: undefined },
    { text: "[1", found: undefined },
    { text: "[1,]", found: undefined },
    { text: "[1 2]", found: undefined },
    { text: '["a]', found: undefined },
    { text: "[1]]", found: undefined },
    { text: "{}", found: undefined },
  ])("$text", ({ text, found }) => {
    expect(elements(text)).toEqual(found);
  });

  test("are one too many where there are more than wanted, whatever comes after them", () => {
    expect(elementsOf(Buffer.from("[1,2,3,4,"), { start: 0, end: 9 }, 2)).toHaveLength(3);
  });

  test("are those that JSON.parse finds, and the members of an object too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(3),
        (array, object, indent) => {
          const text = JSON.stringify(array, undefined, indent);
          expect(elements(text)?.map((one): unknown => JSON.parse(one))).toEqual(JSON.parse(text));
          const bytes = Buffer.from(JSON.stringify(object, undefined, indent));
          const members = membersOf(bytes, { start: 0, end: bytes.length }, Object.keys(object));
          expect(
            [...(members ?? [])].map(([name, { start, end }]): unknown[] => [
              name,
              JSON.parse(bytes.toString("utf8", start, end)),
            ]),
          ).toEqual(Object.entries(JSON.parse(bytes.toString()) as object));
        },
      ),
    );
  });
});

describe("an event in binary mode", () => {
  const attributes = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "t" };
  test.each([
    { what: "JSON", type: "application/json", body: ' {"a":\n1} ', data: { data: { a: 1 } } },
    { what: "JSON of another type", type: "application/x-www-form-urlencoded", body: "[1]", data: { data: [1] } },
    { what: "a number", type: "application/json", body: "1", data: { data: 1 } },
    { what: "a text that could be a number", type: "text/plain", body: "1", data: { data_base64: "MQ==" } },
    { what: "bytes", type: "application/octet-stream", body: "{", data: { data_base64: "ew==" } },
    { what: "nothing", type: "application/json", body: "", data: { data_base64: "" } },
  ])("with $what becomes a structured one", ({ type, body, data }) => {
    const { bytes } = structured(
      { ...attributes, "content-type": type, "ce-name": "f%20%E2%82%AC%25" },
      Buffer.from(body),
    );
    expect(JSON.parse(bytes.toString())).toEqual({
      ...{ specversion: "1.0", id: "1", source: "s", type: "t", name: "f €%", datacontenttype: type },
      ...data,
    });
  });

  test("cannot put members into the event by a body that is not one value", () => {
    const headers = { ...attributes, "content-type": "application/json" };
    expect(() => structured(headers, Buffer.from('{},"id":"2"'))).toThrow(Refused);
  });
});

describe("the keys that are known", () => {
  const day = 86_400_000;

  /** A store that keeps what is committed. */
  class Kept {
    readonly entries = new Map<string, AnyEntry>();

    commit(keys: KnownKeys): void {
      for (const entry of keys.changes()) {
        if (entry.value === undefined) this.entries.delete(JSON.stringify(entry.key));
        else this.entries.set(JSON.stringify(entry.key), entry);
      }
    }

    restored(): KnownKeys {
      const keys = new KnownKeys("kind");
      keys.restore(
        jsonEntries(
          [...this.entries.values()].flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const])),
        ),
      );
      return keys;
    }
  }

  test("are known for a day, over a restart too, and leave nothing behind", () => {
    const kept = new Kept();
    const keys = new KnownKeys("kind");
    keys.add("a", { status: 202 }, 0);
    kept.commit(keys);
    keys.add("b", null, day / 2);
    kept.commit(keys);
    const next = kept.restored();
    expect([next.get("a"), next.get("b"), next.get("c")]).toEqual([{ status: 202 }, null, undefined]);
    next.expire(day);
    expect([next.get("a"), next.get("b")]).toEqual([undefined, null]);
    kept.commit(next);
    expect(kept.entries.size).toBe(1);
    next.expire(2 * day);
    kept.commit(next);
    expect([next.size, kept.entries.size]).toEqual([0, 0]);
  });

  test("are 100,000 at most, the oldest of which go first, and so do their entries", () => {
    const kept = new Kept();
    const keys = new KnownKeys("kind");
    for (let n = 0; n < 150_000; n++) {
      keys.add(`key ${n}`, null, n);
      if (n % 10_000 === 9999) kept.commit(keys);
    }
    expect([keys.size, keys.get("key 49999"), keys.get("key 50000")]).toEqual([100_000, undefined, null]);
    expect(kept.entries.size).toBe(10);
    expect(kept.restored().size).toBe(100_000);
  });

  test("have answers of 16 MiB at most", () => {
    const keys = new KnownKeys("kind");
    for (let n = 0; n < 20; n++) keys.add(String(n), "x".repeat(2 ** 20), n);
    expect([keys.size, keys.get("0"), typeof keys.get("19")]).toEqual([15, undefined, "string"]);
  });
});

test("a queue holds no more than its limit, but always one body", () => {
  const queue = new ByteQueue();
  const [one, other] = [queue.open(10), queue.open(10)];
  expect([one.resize(12), other.resize(1)]).toEqual([true, false]);
  expect([one.resize(9), other.resize(1), other.resize(2), queue.bytes]).toEqual([true, true, false, 10]);
  one.release();
  one.release();
  expect([queue.bytes, other.resize(10)]).toEqual([1, true]);
});

describe("a body that trickles", () => {
  test("is given up after its time, and what it held is free", async () => {
    const queue = new ByteQueue();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const request = new Promise<IncomingMessage>((resolve) => server.once("request", resolve));
    const read = request.then(async (body) => {
      const held = queue.open(1000);
      try {
        return await readBody(body, { maxBytes: 1000, timeoutMs: 50 }, held);
      } finally {
        held.release();
      }
    });
    const address = server.address();
    const socket = connect(address !== null && typeof address === "object" ? address.port : 0, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n[");
    const error: unknown = await read.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 408, message: expect.stringContaining("0.05 seconds") });
    expect(queue.bytes).toBe(0);
    socket.destroy();
    server.close();
  });
});

describe("a commit that is waited for", () => {
  test("comes soon for all who wait by then, and the next one keeps its distance", async () => {
    const commits: number[] = [];
    const schedule = new CommitSchedule(() => {
      commits.push(performance.now());
      return Promise.resolve(commits.length !== 2);
    });
    const started = performance.now();
    expect(await Promise.all([schedule.durable(), schedule.durable()])).toEqual([true, true]);
    expect(await schedule.durable()).toBe(false);
    expect(commits).toHaveLength(2);
    expect((commits[0] ?? 0) - started).toBeGreaterThanOrEqual(49);
    expect((commits[1] ?? 0) - (commits[0] ?? 0)).toBeGreaterThanOrEqual(99);
    // A stop does not let anybody wait.
    const waiting = schedule.durable();
    await schedule.stop();
    expect([await waiting, commits.length]).toEqual([true, 3]);
  });
});
