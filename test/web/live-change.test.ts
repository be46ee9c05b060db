import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { ask } from "../support/ask.ts";
import { Authority, type Certificate } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { Bed } from "./bed.ts";

const dir = tempDir();
const authority = new Authority(dir);
const others = new Authority(dir, "others");
const [first, second] = [authority.issue("first"), authority.issue("second")];
const ca = authority.cert;
const tls = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";
const user = (name: string, password: string): string => `basic_auth_users: { ${name}: "${hashSync(password, 4)}" }\n`;
const [reloaded, notReloaded] = ["web config reloaded", "the previous one stays in use"];

/** Puts a certificate where the web config has it. */
function put({ cert, key }: Certificate): void {
  copyFileSync(cert, join(dir, "server.pem"));
  copyFileSync(key, join(dir, "server.key"));
}

async function start(text: string): Promise<Bed> {
  put(first);
  return Bed.start(dir, text);
}

test("a login that is taken out is refused, though it was remembered, and a new one is accepted", async () => {
  const bed = await start(tls + user("admin", "old"));
  expect((await ask(bed.url, { ca, login: "admin:old" })).status).toBe(200);
  await bed.change(reloaded, tls + user("admin", "new"));
  expect((await ask(bed.url, { ca, login: "admin:old" })).status).toBe(401);
  expect((await ask(bed.url, { ca, login: "admin:new" })).status).toBe(200);
});

test("a certificate that is renewed is shown to the next connection, without a change of the web config", async () => {
  const bed = await start(tls);
  const before = await ask(bed.url, { ca });
  await bed.change(reloaded, () => {
    put(second);
  });
  expect((await ask(bed.url, { ca })).serial).not.toBe(before.serial);
});

test.each<{ what: string; breaks: string | (() => void) }>([
  { what: "no YAML", breaks: "tls_server_config: [\n" },
  { what: "an unknown key", breaks: `${tls}  certificate: x\n` },
  { what: "no TLS any more", breaks: user("admin", "sesame") },
  { what: "nothing in it", breaks: "" },
  {
    what: "a certificate that is cut off",
    breaks: () => {
      writeFileSync(join(dir, "server.pem"), readFileSync(first.cert, "utf8").slice(0, 200));
    },
  },
  {
    what: "a key that does not belong to the certificate",
    breaks: () => {
      copyFileSync(second.key, join(dir, "server.key"));
    },
  },
  {
    what: "a key that is gone",
    breaks: () => {
      rmSync(join(dir, "server.key"));
    },
  },
  {
    what: "no file any more",
    breaks: () => {
      renameSync(join(dir, "web.yml"), join(dir, "away.yml"));
    },
  },
])(
  "under a web config with $what the one before holds, which the log says once, and a mended one is taken",
  async ({ breaks }) => {
    const bed = await start(tls + user("admin", "sesame"));
    const stands = async (): Promise<void> => {
      expect((await ask(bed.url, { ca })).status).toBe(401);
      expect((await ask(bed.url, { ca, login: "admin:sesame" })).status).toBe(200);
    };
    await stands();
    await bed.change(notReloaded, breaks);
    for (let look = 0; look < 5; look++) await stands();
    expect(bed.log.split(notReloaded)).toHaveLength(2);
    await bed.change(reloaded, () => {
      writeFileSync(join(dir, "web.yml"), tls + user("admin", "other"));
      put(second);
    });
    // The files change one after the other, and may be taken so.
    await eventually(async () => (await ask(bed.url, { ca, login: "admin:other" })).status === 200, "all is taken");
  },
);

test("client certificates can be demanded and let be while the server runs", async () => {
  const bed = await start(tls);
  const client = authority.issue("client");
  await bed.change(reloaded, `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n`);
  expect((await ask(bed.url, { ca })).status).toBe(403);
  expect((await ask(bed.url, { ca, client })).status).toBe(200);
  await bed.change(reloaded, tls);
  expect((await ask(bed.url, { ca })).status).toBe(200);
});

test("a connection that was let in by an authority ends when another one takes its place", async () => {
  const demand = (file: string): string =>
    `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ${file}\n`;
  const bed = await start(demand("others.pem"));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
  const asking = { ca, client: others.issue("client"), agent };
  expect((await ask(bed.url, asking)).status).toBe(200);
  await bed.change(reloaded, demand("ca.pem"));
  // A client that has not seen the end yet asks again, as Prometheus does.
  const again = await ask(bed.url, asking).catch(() => ask(bed.url, asking));
  expect(again.status).toBe(403);
  agent.destroy();
});

test("a certificate that has expired is served, and the log warns of it", async () => {
  const bed = await start(tls);
  await bed.change("the server's certificate has expired", () => {
    put(authority.issue("expired", "DNS:localhost", -1));
  });
  await expect(ask(bed.url, { ca })).rejects.toThrow(/certificate has expired/u);
});

test("HTTP/2 is said once not to be offered", async () => {
  const text = `${tls}http_server_config: { http2: true }\n`;
  const bed = await start(text);
  await bed.change(reloaded, text + user("admin", "sesame"));
  expect(bed.log.split("HTTP/2 is not offered")).toHaveLength(2);
});
