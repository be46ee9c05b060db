import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import { makeLog } from "../../src/log.ts";
import { encodings, Renderings } from "../../src/server/renderings.ts";
import { inSlices } from "../../src/server/slices.ts";
import { eventually } from "../support/eventually.ts";

const megabyte = Buffer.alloc(1 << 20, "x");

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.closeAllConnections();
  server?.close();
});

/** Pages of a server, each of so many megabytes; says how many were begun and how many are under way. */
async function serve(megabytes: number, { maxRequests = 40 } = {}) {
  const pages = { begun: 0, open: 0, most: 0 };
  let opened = (): void => undefined;
  /** Parts are written from here on. */
  const gate = new Promise<void>((done) => (opened = done));
  const renderings = new Renderings({
    maxRequests,
    log: makeLog("error", "logfmt"),
  });
  const render = async function* (): AsyncGenerator<Uint8Array> {
    pages.begun++;
    pages.most = Math.max(pages.most, ++pages.open);
    try {
      await gate;
      for (let part = 0; part < megabytes; part++) yield megabyte;
    } finally {
      pages.open--;
    }
  };
  const of = createServer((request, response) => {
    const encoding = encodings.find((one) => one === request.headers["accept-encoding"]) ?? "identity";
    renderings.answer(response, { name: request.url ?? "", contentType: "text/plain", encoding, render });
  }).listen(0, "127.0.0.1");
  server = of;
  await once(of, "listening");
  const address = of.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { pages, port, opened, url: `http://127.0.0.1:${port}` };
}

/** Asks for a page on a connection of its own, and reads it. */
async function ask(url: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((done, fail) => {
    get(url, { agent: false, headers }, done).on("error", fail);
  });
  const parts: Buffer[] = [];
  for await (const part of response) if (Buffer.isBuffer(part)) parts.push(part);
  return { status: response.statusCode, body: Buffer.concat(parts), headers: response.headers };
}

/** Asks for a page and reads nothing of it. */
async function askOnly(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  sockets.push(socket);
  socket.pause().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "connect");
  return socket;
}

test("at most two pages are written at once, and requests that come meanwhile share the next one of their form", async () => {
  const { pages, url, opened } = await serve(2);
  const forms = [
    ["/", "identity"],
    ["/", "identity"],
    ...Array.from({ length: 3 }, () => ["/", "identity"]),
    ...Array.from({ length: 3 }, () => ["/", "gzip"]),
    ...Array.from({ length: 3 }, () => ["/open", "gzip"]),
  ] as const;
  const answers = [];
  for (const [path = "", encoding = ""] of forms) {
    answers.push(ask(url + path, { "accept-encoding": encoding }));
    // In this order.
    if (answers.length <= 2) await eventually(() => pages.begun === answers.length, "a page begins");
  }
  await eventually(async () => (await connections()) === forms.length, "all have asked");
  opened();
  const bodies = (await Promise.all(answers)).map(({ body, headers }) =>
    headers["content-encoding"] === "gzip" ? gunzipSync(body) : body,
  );
  expect(bodies.map((body) => body.length)).toEqual(forms.map(() => 2 * megabyte.length));
  expect(pages).toEqual({ begun: 2 + 3, open: 0, most: 2 });
});

test("a page waits for readers that do not read, and lets them go where others wait for it", async () => {
  const { pages, port, url, opened } = await serve(64);
  const before = process.memoryUsage().arrayBuffers;
  opened();
  const idle = await Promise.all(Array.from({ length: 8 }, () => askOnly(port)));
  await eventually(() => pages.begun === 2, "two pages are on their way");
  const { body } = await ask(url);
  expect(body.length).toBe(64 * megabyte.length);
  await eventually(() => pages.open === 0, "all pages are over");
  expect(idle).toHaveLength(8);
  expect(process.memoryUsage().arrayBuffers - before - body.length).toBeLessThan(100 * megabyte.length);
});

test("a page of which all readers have hung up is written no further, and one that nobody waits for is not begun", async () => {
  const { pages, port, url, opened } = await serve(100_000);
  for (let index = 0; index < 2; index++) {
    await askOnly(port);
    await eventually(() => pages.begun === index + 1, "a page begins");
  }
  const others = [await askOnly(port), await askOnly(port)];
  await eventually(async () => (await connections()) === 4, "all have asked");
  for (const socket of others) socket.destroy();
  await eventually(async () => (await connections()) === 2, "two have hung up");
  opened();
  for (const socket of sockets) socket.destroy();
  await eventually(() => pages.open === 0, "no page is written");
  expect(pages.begun).toBe(2);
  const again = ask(url).catch(() => undefined);
  await eventually(() => pages.begun === 3, "the next one is");
  server?.closeAllConnections();
  await again;
});

test("requests past the limit are answered with 503, until others are answered", async () => {
  const { pages, url, opened } = await serve(1, { maxRequests: 3 });
  const answers = [ask(url), ask(url), ask(url)];
  await eventually(async () => (await connections()) === 3 && pages.begun === 2, "three have asked");
  const refused = await ask(url);
  expect([refused.status, String(refused.body)]).toEqual([503, expect.stringContaining("--web.max-requests")]);
  opened();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await ask(url)).status).toBe(200);
});

test("other work has its turn after each five milliseconds of a page", async () => {
  let now = 0;
  let turns = 0;
  const tick = (): void => {
    turns++;
    if (turns < 1000) setImmediate(tick);
  };
  setImmediate(tick);
  const seen: number[] = [];
  function* pieces(): Iterable<string> {
    for (let piece = 0; piece < 20; piece++) {
      now += 2;
      seen.push(turns);
      yield "x".repeat(50_000);
    }
  }
  let length = 0;
  for await (const part of inSlices(pieces(), () => now)) length += part.length;
  turns = 1000;
  expect(length).toBe(20 * 50_000);
  // Three pieces of two milliseconds, then others.
  expect(seen.every((at, piece) => piece % 3 !== 0 || piece === 0 || at > (seen[piece - 1] ?? 0))).toBe(true);
});

async function connections(): Promise<number> {
  return new Promise((done) => {
    server?.getConnections((_error, count) => {
      done(count);
    });
  });
}
