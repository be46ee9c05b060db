import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { limitConnections } from "../../src/server/connection-limit.ts";
import { ask } from "../support/ask.ts";
import { Authority } from "../support/certificates.ts";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const authority = new Authority(root);
authority.issue("server");
const client = authority.issue("client", "DNS:prometheus.example");
const ca = authority.cert;
const secret = "api_key: s3cr3t";
const hash = hashSync("sesame", 4);
const login = "admin:sesame";

const tls = `tls_server_config: { cert_file: ${root}/server.pem, key_file: ${root}/server.key }\n`;
const users = `basic_auth_users: { admin: "${hash}" }\n`;
const certificates = tls.replace(
  " }",
  `, client_ca_file: ${ca}, client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [prometheus.example] }`,
);

/** The files of a daemon over a log with a line that holds a secret. */
function prepare(web: string): { readonly dir: string; readonly args: readonly string[] } {
  const dir = mkdtempSync(join(root, "web-"));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: ["*.log"] }] }));
  writeFileSync(join(dir, "a.log"), `${secret}\n`);
  writeFileSync(join(dir, "web.yml"), web);
  const files = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  return { dir, args: [...files, "--web.config.file", join(dir, "web.yml")] };
}

async function start(
  web: string,
  args: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Daemon & { readonly dir: string; readonly at: string }> {
  const { dir, args: files } = prepare(web);
  const daemon = await Daemon.start([...files, ...args], { through });
  await eventually(() => daemon.log.includes("ready:"), "ready");
  return Object.assign(daemon, { dir, at: daemon.url.replace("127.0.0.1", "localhost") });
}

const paths = [
  ...[
    "/",
    "/metrics",
    "/api/v1/models",
    "/api/v1/rejected",
    "/nowhere",
    "/-/Healthy",
    "/-/healthy/",
    "//-/healthy",
  ].map((path) => ({ method: "GET", path })),
  { method: "HEAD", path: "/metrics" },
  { method: "POST", path: "/-/reload" },
  { method: "PUT", path: "/-/reload" },
  { method: "POST", path: "/api/v1/events" },
  { method: "DELETE", path: "/metrics" },
  { method: "OPTIONS", path: "/metrics" },
];

describe("a daemon that demands a certificate and a login", () => {
  let daemon: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    const headers = `http_server_config: { headers: { Strict-Transport-Security: max-age=60, X-Frame-Options: deny } }\n`;
    daemon = await start(certificates + users + headers, ["--web.enable-lifecycle"]);
  });
  afterAll(async () => {
    await daemon.stop();
  });

  test.each(paths)("does so at $method $path", async ({ method, path }) => {
    const url = daemon.at + path;
    expect((await ask(url, { method, ca })).status).toBe(403);
    expect((await ask(url, { method, ca, login })).status).toBe(403);
    const noLogin = await ask(url, { method, ca, client });
    expect([noLogin.status, noLogin.headers["www-authenticate"]]).toEqual([
      401,
      'Basic realm="model-quality-exporter", charset="UTF-8"',
    ]);
    expect((await ask(url, { method, ca, client, login: "admin:wrong" })).status).toBe(401);
    expect((await ask(url, { method, ca, client, login: "nobody:sesame" })).status).toBe(401);
    expect([401, 403]).not.toContain((await ask(url, { method, ca, client, login })).status);
  });

  test.each(["/-/healthy", "/-/ready", "/-/ready?x"])(
    "a probe of %s needs neither, and may have them wrong",
    async (path) => {
      for (const asking of [{}, { login: "admin:wrong" }, { client, login }]) {
        expect((await ask(daemon.at + path, { ca, ...asking })).status).toBe(200);
      }
    },
  );

  test("the configured headers stand on every answer", async () => {
    for (const asking of [{}, { client, login }]) {
      const { headers } = await ask(`${daemon.at}/metrics`, { ca, ...asking });
      expect(headers).toMatchObject({ "strict-transport-security": "max-age=60", "x-frame-options": "deny" });
    }
  });

  test("a page of its own may ask for a reload, and one of the same name without TLS may not", async () => {
    const from = (origin: string) =>
      ask(`${daemon.at}/-/reload`, { method: "POST", ca, client, login, headers: { origin } });
    expect((await from(daemon.at)).status).toBe(200);
    expect((await from(daemon.at.replace("https", "http"))).status).toBe(403);
  });

  test("neither passwords nor hashes nor keys stand in its log", () => {
    expect(daemon.log).not.toMatch(/sesame|wrong|\$2[aby]\$|PRIVATE/u);
  });
});

describe("the text of rejected lines on all addresses", () => {
  test.each([
    { under: "under TLS alone", web: tls, asking: {}, shown: false },
    { under: "where a login is demanded", web: tls + users, asking: { login }, shown: true },
  ])("$under is shown: $shown", async ({ web, asking, shown }) => {
    const daemon = await start(web, ["--web.listen-address", "0.0.0.0:0"]);
    const path = "/api/v1/rejected";
    const { body } = await ask(daemon.at + path, { ca, ...asking });
    expect(body).toContain("malformed");
    expect(body.includes(secret)).toBe(shown);
    expect(body.includes("--web.show-lines")).toBe(!shown);
    await daemon.stop();
  });
});

test("a changed file is taken while the daemon runs, and the text of lines is hidden when no login is demanded any more", async () => {
  const daemon = await start(tls + users, ["--web.listen-address", "0.0.0.0:0"]);
  const rejected = `${daemon.at}/api/v1/rejected`;
  expect((await ask(rejected, { ca })).status).toBe(401);
  writeFileSync(join(daemon.dir, "web.yml"), tls);
  await eventually(() => daemon.log.includes("web config reloaded"), "taken");
  const { status, body } = await ask(rejected, { ca });
  expect(status).toBe(200);
  expect(body).not.toContain(secret);
  await daemon.stop();
});

test("requests over the limit get 429 with the time to wait, and probes none", async () => {
  const daemon = await start(`${tls}rate_limit: { interval: 30s, burst: 2 }\n`);
  const statuses: (number | undefined)[] = [];
  for (let index = 0; index < 3; index++) statuses.push((await ask(`${daemon.at}/metrics`, { ca })).status);
  expect(statuses).toEqual([200, 200, 429]);
  const { headers } = await ask(`${daemon.at}/metrics`, { ca });
  expect(Number(headers["retry-after"])).toBeGreaterThan(25);
  expect((await ask(`${daemon.at}/-/healthy`, { ca })).status).toBe(200);
  await daemon.stop();
});

test.each([
  { web: "tls_server: {}\n", fault: 'line 1: tls_server: unknown key; did you mean "tls_server_config"?' },
  { web: tls.replace("server.pem", "gone.pem"), fault: "gone.pem: ENOENT" },
  { web: users.replace(hash, "sesame"), fault: "basic_auth_users.admin: expected a bcrypt hash" },
])("a daemon does not start with $fault", async ({ web, fault }) => {
  const { args } = prepare(web);
  const { code, stderr } = await run(["serve", "--web.listen-address", "127.0.0.1:0", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(fault);
  expect(stderr).not.toContain("    at ");
});

test("logins without TLS are warned of where others can reach the daemon", async () => {
  const daemon = await start(users, ["--web.listen-address", "0.0.0.0:0"]);
  expect(daemon.log).toContain("passwords can be read on their way");
  expect((await daemon.get("/metrics")).status).toBe(401);
  const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  expect((await daemon.get("/metrics", { authorization })).status).toBe(200);
  await daemon.stop();
});

test("a request that is being answered over TLS does not give way to connections that wait for one", async () => {
  const options = { cert: readFileSync(join(root, "server.pem")), key: readFileSync(join(root, "server.key")) };
  let release = (): void => undefined;
  const server = createServer(options, (_request, response) => {
    release = () => response.end("answered");
  });
  const cut = limitConnections(server, 4);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const held = ask(`https://localhost:${port}/`, { ca });
  await once(server, "request");
  const idle: Socket[] = [];
  for (let index = 0; index < 10; index++) {
    idle.push(connect(port, "127.0.0.1").on("error", () => undefined));
    await once(server, "connection");
  }
  await eventually(() => idle.filter(({ closed }) => closed).length >= 7, "those that wait give way");
  release();
  expect((await held).body).toBe("answered");
  cut();
  server.close();
});

test("400 handshakes that nobody ends, at 256 descriptors, keep neither scrapes nor a stop waiting", async () => {
  const daemon = await start(tls, [], ["prlimit", "--nofile=256:256"]);
  const { port } = new URL(daemon.url);
  const sockets: Socket[] = [];
  for (let index = 0; index < 400; index++) {
    sockets.push(connect(Number(port), "127.0.0.1").on("error", () => undefined));
  }
  await eventually(() => sockets.filter(({ closed }) => closed).length >= 300, "the longest waiting give way");
  for (let index = 0; index < 3; index++) expect((await ask(`${daemon.at}/metrics`, { ca })).status).toBe(200);
  const left = sockets.find(({ closed }) => !closed);
  expect(left).toBeDefined();
  const begun = performance.now();
  const stop = daemon.stop();
  if (left !== undefined && !left.closed) await once(left, "close");
  expect(await stop).toBe(0);
  // A handshake may take ten seconds.
  expect(performance.now() - begun).toBeLessThan(8000);
  for (const socket of sockets) socket.destroy();
});
