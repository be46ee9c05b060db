import { once } from "node:events";
import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { limitConnections } from "../../src/server/connection-limit.ts";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const secret = "api_key: s3cr3t";
const outcome = `${JSON.stringify({ model: "m", prediction: "a", label: "a" })}\n`;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Asks with headers that `fetch` does not allow. */
async function ask(daemon: Daemon, method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const { hostname, port } = new URL(daemon.url);
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => {
        resolve({ status: response.statusCode, body });
      });
    };
    request({ hostname, port, method, path, headers }, answered).on("error", reject).end();
  });
}

/** Starts a daemon over a log with one good line and one that holds a secret. */
async function start(args: readonly string[] = [], through: readonly string[] = []): Promise<Daemon & { dir: string }> {
  const dir = mkdtempSync(join(root, "web-"));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ name: "logs", files: ["*.log"] }] }));
  writeFileSync(join(dir, "a.log"), `${outcome}${secret}\n`);
  const files = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  const daemon = await Daemon.start([...files, ...args], { through });
  await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
  return Object.assign(daemon, { dir });
}

describe("a reload", () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await start(["--web.enable-lifecycle"]);
  });
  afterAll(async () => {
    await daemon.stop();
  });

  test.each([
    { from: "curl -X POST", headers: {}, status: 200 },
    { from: "a page of the exporter's own", headers: { "sec-fetch-site": "same-origin" }, status: 200 },
    { from: "the address bar", headers: { "sec-fetch-site": "none" }, status: 200 },
    { from: "a client that sends JSON", headers: { "content-type": "application/json" }, status: 200 },
    { from: "a page of another site", headers: { "sec-fetch-site": "cross-site" }, status: 403 },
    { from: "a page of the same site", headers: { "sec-fetch-site": "same-site" }, status: 403 },
    {
      from: "a page of the exporter's own, over plain HTTP",
      headers: { host: "LocalHost:9877", origin: "http://localhost:9877" },
      status: 200,
    },
    { from: "a page of another site, over plain HTTP", headers: { origin: "http://evil.example" }, status: 403 },
    { from: "a page on another port", headers: { host: "localhost:9877", origin: "http://localhost" }, status: 403 },
    { from: "a page in a sandbox", headers: { origin: "null" }, status: 403 },
    { from: "a form", headers: { "content-type": "application/x-www-form-urlencoded" }, status: 415 },
    { from: "a form with files", headers: { "content-type": "Multipart/Form-Data; boundary=x" }, status: 415 },
    { from: "a form of plain text", headers: { "content-type": "text/plain;charset=UTF-8" }, status: 415 },
  ])("a reload from $from is answered with $status", async ({ headers, status }) => {
    for (const method of ["POST", "PUT"]) {
      expect((await ask(daemon, method, "/-/reload", headers)).status).toBe(status);
    }
  });

  test("what a config throws is not shown, in the answer and in the log", async () => {
    const dir = mkdtempSync(join(root, "throws-"));
    const file = join(dir, "config.mjs");
    writeFileSync(file, 'export default { sources: [{ files: ["*.log"] }] };');
    const args = ["--config", file, "--state", join(dir, "state"), "--web.enable-lifecycle"];
    const throws = await Daemon.start(args);
    writeFileSync(file, 'export default {};\nthrow new RangeError("cannot log in with hunter2");');
    const { status, body } = await ask(throws, "POST", "/-/reload", {});
    expect(status).toBe(500);
    expect(body).toContain("config.mjs:2: the config failed: RangeError");
    expect(body + throws.log).not.toContain("hunter2");
    await throws.stop();
  });
});

describe("the host of a request", () => {
  test.each([
    { hosts: "localhost", listens: [], allowed: true },
    { hosts: "LocalHost:9877", listens: [], allowed: true },
    { hosts: "127.0.0.1:1", listens: [], allowed: true },
    { hosts: "[::1]:9877", listens: [], allowed: true },
    { hosts: "rebound.evil.example", listens: [], allowed: false },
    { hosts: "localhost.evil.example:9877", listens: [], allowed: false },
    { hosts: "169.254.169.254", listens: [], allowed: false },
    { hosts: "anything.example", listens: ["--web.listen-address", "0.0.0.0:0"], allowed: true },
    { hosts: "mqe.example.com", listens: ["--web.allowed-hosts", "mqe.example.com,[::1]"], allowed: true },
    { hosts: "other.example.com", listens: ["--web.allowed-hosts", "mqe.example.com"], allowed: false },
    {
      hosts: "other.example.com",
      listens: ["--web.listen-address", "0.0.0.0:0", "--web.allowed-hosts", "mqe.example.com"],
      allowed: false,
    },
  ])("$hosts with $listens: allowed is $allowed, and probes always are", async ({ hosts, listens, allowed }) => {
    const daemon = await hostDaemon(listens);
    for (const path of ["/metrics", "/api/v1/rejected", "/"]) {
      const { status, body } = await ask(daemon, "GET", path, { host: hosts });
      expect([path, status]).toEqual([path, allowed ? 200 : 403]);
      if (!allowed) expect(body).toContain("--web.allowed-hosts");
    }
    for (const path of ["/-/healthy", "/-/ready"]) {
      expect((await ask(daemon, "GET", path, { host: hosts })).status).toBe(200);
    }
  });

  const daemons = new Map<string, Promise<Daemon>>();
  const hostDaemon = (args: readonly string[]): Promise<Daemon> => {
    const key = args.join(" ");
    const daemon = daemons.get(key) ?? start(args);
    daemons.set(key, daemon);
    return daemon;
  };
  afterAll(async () => {
    for (const daemon of daemons.values()) await (await daemon).stop();
  });
});

describe("the text of rejected lines", () => {
  test.each([
    { where: "on loopback", args: [], shown: true },
    { where: "on all addresses", args: ["--web.listen-address", "0.0.0.0:0"], shown: false },
    {
      where: "on all addresses with --web.show-lines",
      args: ["--web.listen-address", "0.0.0.0:0", "--web.show-lines"],
      shown: true,
    },
  ])("a daemon $where that is asked from loopback shows the text: $shown; the rest always", async ({ args, shown }) => {
    const daemon = await start(args);
    const { body } = await daemon.get("/api/v1/rejected");
    expect(body.includes(secret)).toBe(shown);
    expect(JSON.parse(body)).toMatchObject({
      counts: [{ source: "logs", rejected: { malformed: 1 } }],
      lines: [{ source: "logs", file: expect.stringMatching(/a\.log$/u), reason: "malformed" }],
    });
    await daemon.stop();
  });
});

test("400 half-sent requests at 256 descriptors keep neither logs from being read nor scrapes from being answered", async () => {
  const daemon = await start([], ["prlimit", "--nofile=256:256"]);
  const { hostname, port } = new URL(daemon.url);
  const sockets: Socket[] = [];
  for (let index = 0; index < 400; index++) {
    const socket = connect(Number(port), hostname, () => socket.write("GET /metrics HTTP/1.1\r\nHost: loc"));
    socket.on("error", () => undefined);
    sockets.push(socket);
  }
  await eventually(() => sockets.filter(({ closed }) => closed).length >= 300, "the longest waiting give way");
  appendFileSync(join(daemon.dir, "a.log"), outcome.repeat(5));
  await eventually(async () => (await daemon.get("/metrics")).body.includes(" 6\n"), "all are counted");
  expect(sockets.some(({ closed }) => !closed)).toBe(true);
  for (const socket of sockets) socket.destroy();
  await daemon.stop();
});

test("connections whose answers are never over do not keep a scrape from being answered", async () => {
  const server = createServer((asked, response) => {
    if (asked.url === "/metrics") response.end("answered");
  });
  limitConnections(server, 4);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  for (let index = 0; index < 10; index++) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    socket.write("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    if (index < 4) await once(server, "request");
  }
  const scrape = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(await scrape.text()).toBe("answered");
  server.closeAllConnections();
  server.close();
});
