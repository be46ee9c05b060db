import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { Problem } from "../../src/problem.ts";
import { parseWebConfig } from "../../src/web/web-config.ts";
import { readWebFiles } from "../../src/web/web-files.ts";
import { makeTlsContext } from "../../src/web/tls-context.ts";
import { Authority } from "../support/certificates.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const authority = new Authority(dir);
const server = authority.issue("server");
authority.issue("other");
const hash = hashSync("open sesame", 4);
const pem = readFileSync(server.cert, "utf8").trim().replaceAll("\n", "\n    ");
const key = readFileSync(server.key, "utf8").trim().replaceAll("\n", "\n    ");

function write(text: string): string {
  const file = join(mkdtempSync(join(dir, "web-")), "web.yml");
  writeFileSync(file, text.replaceAll(/(_file: )(\w)/gu, `$1${dir}/$2`));
  return file;
}

/** Reads a web config as the daemon does at its start. */
async function load(file: string): Promise<unknown> {
  const { config, pems } = await readWebFiles(file);
  if (config.tls !== undefined && pems !== undefined) makeTlsContext(config.tls, pems, file);
  return config;
}

async function faultOf(file: string): Promise<string> {
  try {
    await load(file);
  } catch (error) {
    if (error instanceof Problem) return error.text.replaceAll(file, "web.yml").replaceAll(`${dir}/`, "");
    throw error;
  }
  return "";
}

function promtoolAccepts(file: string): boolean {
  return spawnSync("promtool", ["check", "web-config", file]).status === 0;
}

const tls = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

describe("a web config that exporter-toolkit takes", () => {
  test.each([
    { what: "nothing", text: "" },
    { what: "a comment", text: "# nothing yet\n" },
    { what: "sections without a value", text: "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n" },
    { what: "a certificate and a key in files", text: tls },
    {
      what: "a certificate and a key in the text",
      isNew: true,
      text: `tls_server_config:\n  cert: |\n    ${pem}\n  key: |\n    ${key}\n`,
    },
    {
      what: "everything of TLS",
      text: `${tls}  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: no
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]
  curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]\n`,
    },
    { what: "a certificate of clients under the older name", text: `${tls}  client_auth_type: RequireClientCert\n` },
    { what: "old versions", text: `${tls}  min_version: TLS10\n  max_version: TLS11\n` },
    {
      what: "users",
      text: `basic_auth_users:\n  admin: ${hash}\n  007: ${hash.replace("$2b", "$2y")}\n  on: ${hash}\n`,
    },
    {
      what: "all headers and HTTP/2",
      text: `http_server_config:
  http2: on
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: "1; mode=block"
    Strict-Transport-Security: max-age=31536000\n`,
    },
  ])("with $what is taken here too", async ({ text, isNew }) => {
    const file = write(text);
    // Of 2.42, which does not know this yet.
    expect(promtoolAccepts(file)).toBe(isNew !== true);
    expect(await faultOf(file)).toBe("");
  });

  test("stands in the documentation as an example", () => {
    const [, text = ""] = /```yaml\n(tls_server_config:.*?)```/su.exec(readRepositoryFile("docs/security.md")) ?? [];
    const config = parseWebConfig(text, "/etc/mqe/web.yml");
    expect(config).toMatchObject({
      tls: { cert: { file: "/etc/mqe/tls.crt" }, allowedSans: ["prometheus.example.com"] },
      rateLimit: { intervalMs: 100, burst: 50 },
    });
    expect([...config.users.keys()]).toEqual(["prometheus"]);
  });

  test("keeps names of users as they are written, and durations of Go", async () => {
    const file = write(`basic_auth_users: { 007: "${hash}" }\nrate_limit: { interval: 1m30s, burst: 3 }\n`);
    expect(await load(file)).toMatchObject({
      users: new Map([["007", hash]]),
      rateLimit: { intervalMs: 90_000, burst: 3 },
    });
  });

  test("may have no limit of requests, by an interval of 0", async () => {
    expect(await load(write("rate_limit: { interval: 0 }\n"))).toMatchObject({ rateLimit: undefined });
  });
});

describe("a web config with a fault is refused with its line", () => {
  test.each([
    {
      text: "basic_auth_user:\n  a: b\n",
      fault: 'line 1: basic_auth_user: unknown key; did you mean "basic_auth_users"?',
    },
    {
      text: `${tls}  certfile: x\n`,
      fault: 'line 4: tls_server_config.certfile: unknown key; did you mean "cert_file"?',
    },
    {
      text: "http_server_config:\n  headers:\n    X-Powered-By: me\n",
      fault: 'line 3: http_server_config.headers["X-Powered-By"]: unknown key; the keys are',
    },
    { text: "http_server_config: { headers: { X-Frame-Options: allow } }", fault: "expected one of deny, sameorigin" },
    { text: "http_server_config: { headers: { X-Content-Type-Options: x } }", fault: "expected one of nosniff" },
    { text: "http_server_config: { http2: maybe }", fault: "line 1: http_server_config.http2: expected true or false" },
    {
      text: "tls_server_config:\n  min_version: TLS13\n",
      fault: "line 1: tls_server_config.cert_file: missing",
      toolkit: true,
    },
    { text: "tls_server_config:\n  cert_file: server.pem\n", fault: "tls_server_config.key_file: missing" },
    {
      text: `${tls}  cert: x\n`,
      fault: "line 4: tls_server_config.cert: given beside cert_file; keep one",
      unknown: true,
    },
    {
      text: tls.replace("server.key", "other.key"),
      fault: "other.key: no key for the certificate: ERR_OSSL_X509_KEY_VALUES",
    },
    { text: tls.replace("server.pem", "server.key"), fault: "server.key: no certificate in PEM" },
    { text: tls.replace("server.pem", "gone.pem"), fault: "cannot read gone.pem: ENOENT" },
    { text: `${tls}  client_ca_file: ca.pem\n`, fault: "tls_server_config.client_auth_type: missing; without it no" },
    {
      text: `${tls}  client_auth_type: RequireAndVerifyClientCert\n`,
      fault: "tls_server_config.client_ca_file: missing; RequireAndVerifyClientCert needs to know who may issue",
      toolkit: true,
    },
    { text: `${tls}  client_auth_type: VerifyClientCertIfGiven\n`, fault: "client_ca_file: missing", toolkit: true },
    {
      text: `${tls}  client_auth_type: RequireAnyCert\n`,
      fault: "line 4: tls_server_config.client_auth_type: expected one of",
    },
    {
      text: `${tls}  client_auth_type: RequestClientCert\n  client_allowed_sans: [a]\n`,
      fault: "line 5: tls_server_config.client_allowed_sans: needs client_auth_type Require",
      unknown: true,
    },
    {
      text: `${tls}  min_version: TLS13\n  max_version: TLS12\n`,
      fault: "line 5: tls_server_config.max_version: below",
      toolkit: true,
    },
    { text: `${tls}  min_version: SSL3\n`, fault: "expected one of TLS10, TLS11, TLS12, TLS13" },
    {
      text: `${tls}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n`,
      fault: "tls_server_config.cipher_suites[0]: expected one of",
    },
    { text: `${tls}  curve_preferences: [CurveP224]\n`, fault: "curve_preferences[0]: expected one of CurveP256" },
    {
      text: `basic_auth_users:\n  admin: plain\n`,
      fault: "line 2: basic_auth_users.admin: expected a bcrypt hash, as",
    },
    { text: `basic_auth_users:\n  admin:\n`, fault: "line 2: basic_auth_users.admin: expected a bcrypt hash, as" },
    {
      text: `basic_auth_users:\n  admin: ${hash.replace("$04$", "$20$")}\n`,
      fault: "expected a bcrypt hash of a cost from 4 to 16",
      toolkit: true,
    },
    {
      text: "rate_limit: { interval: 1s }",
      fault: "line 1: rate_limit.burst: missing; without it every",
      unknown: true,
    },
    {
      text: "rate_limit: { interval: fast, burst: 1 }",
      fault: 'rate_limit.interval: expected a duration like "1s"',
      unknown: true,
    },
    {
      text: "rate_limit: { interval: 1s, burst: 0.5 }",
      fault: "rate_limit.burst: expected a whole number",
      unknown: true,
    },
    { text: "a: 1\na: 2\n", fault: "line 2: duplicate key" },
    { text: "a:\n\tb: 1\n", fault: "line 2: tab as indent" },
    { text: "- a\n", fault: "config: expected keys with values" },
  ])("$text: $fault", async ({ text, fault, toolkit, unknown }) => {
    const file = write(text);
    expect(await faultOf(file)).toContain(fault);
    // What exporter-toolkit takes would be less safe than it looks; promtool 2.42 does not know all keys.
    if (unknown !== true) expect(promtoolAccepts(file)).toBe(toolkit === true);
  });

  test("all faults are told at once, in the order of their lines", async () => {
    const text = `basic_auth_users:\n  a: x\ntls_server_config:\n  client_auth_type: Never\n  cert_fil: x\n`;
    expect((await faultOf(write(text))).split("\n").map((line) => line.split(":")[0])).toEqual([
      "web.yml",
      "  line 2",
      "  line 4",
      "  line 5",
    ]);
  });

  const secret = "s3cr3t";
  test.each([
    `basic_auth_users: ${secret}`,
    `basic_auth_users:\n  admin: ${secret}`,
    `basic_auth_users:\n  admin: { ${secret} }`,
    `basic_auth_users: [${secret}]`,
    `basic_auth_users:\nadmin: ${secret}`,
    `basic_auth_users:\n  a: b: ${secret}`,
    `basic_auth_users:\n  "$2y$10$${secret}": x\n"$2y$10$${secret}": x`,
    `tls_server_config:\n  cert_file: |\n    -----BEGIN EC PRIVATE KEY-----\n    ${secret}\n`,
    `tls_server_config:\n  cert: ${secret}\n  key: ${secret}`,
    `tls_server_config: ${secret}`,
    `tls_server_config:\n  key_file: [${secret}]`,
    `key: "${secret}`,
    `- ${secret}\nkey: ${secret}`,
    `rate_limit: { interval: ${secret}, burst: ${secret} }`,
  ])("and no secret that stands in it is shown: %s", async (text) => {
    const fault = await faultOf(write(text));
    expect(fault).not.toBe("");
    expect(fault).not.toContain(secret);
  });
});
