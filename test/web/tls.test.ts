import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { ask } from "../support/ask.ts";
import { Authority } from "../support/certificates.ts";
import { tempDir } from "../support/temp.ts";
import { Bed } from "./bed.ts";

const dir = tempDir();
const authority = new Authority(dir);
const foreign = new Authority(dir, "foreign");
authority.issue("server");
const ca = authority.cert;
const clients = {
  none: undefined,
  good: authority.issue("good", "DNS:prometheus.example,URI:spiffe://a/prometheus"),
  expired: authority.issue("expired", "DNS:prometheus.example", -1),
  foreign: foreign.issue("stranger", "DNS:prometheus.example"),
};
const tls = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

describe("client certificates", () => {
  const verified = { none: 403, good: 200, expired: 403, foreign: 403 };
  const all = { none: 200, good: 200, expired: 200, foreign: 200 };
  test.each([
    { text: "", statuses: all },
    { text: "client_auth_type: NoClientCert", statuses: all },
    { text: "client_auth_type: RequestClientCert", statuses: all },
    { text: "client_auth_type: RequireAnyClientCert", statuses: { ...all, none: 403 } },
    {
      text: "client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem",
      statuses: { ...verified, none: 200 },
    },
    { text: "client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem", statuses: verified },
    ...["prometheus.example", "spiffe://a/prometheus", "x, prometheus.example"].map((name) => ({
      text: `client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  client_allowed_sans: [${name}]`,
      statuses: verified,
    })),
    ...["Prometheus.example", "*.example", "spiffe://a"].map((name) => ({
      text: `client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  client_allowed_sans: ["${name}"]`,
      statuses: { ...verified, good: 403 },
    })),
  ])("$text: $statuses", async ({ text, statuses }) => {
    const { url } = await Bed.start(dir, `${tls}  ${text}\n`);
    for (const [name, status] of Object.entries(statuses)) {
      const client = Object.entries(clients).find(([own]) => own === name)?.[1];
      const answer = await ask(url, { ca, ...(client && { client }) });
      expect([name, answer.status]).toEqual([name, status]);
    }
  });

  const logins = `basic_auth_users: { a: "${hashSync("b", 4)}" }`;
  test.each([
    { text: "", login: false },
    { text: "  client_auth_type: RequestClientCert", login: false },
    { text: "  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [prometheus.example]", login: false },
    { text: "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem", login: false },
    { text: "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem", login: true },
    { text: logins, login: true },
  ])("a login is demanded under $text: $login", async ({ text, login }) => {
    const { access } = await Bed.start(dir, `${tls}${text}\n`);
    expect(access.demandsLogin).toBe(login);
  });

  test("the answer says why a certificate does not suffice", async () => {
    const text = `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  client_allowed_sans: [a]\n`;
    const { url } = await Bed.start(dir, text);
    expect((await ask(url, { ca })).body).toBe("Refused: a client certificate is needed.\n");
    expect((await ask(url, { ca, client: clients.expired })).body).toContain("not accepted: CERT_HAS_EXPIRED");
    expect((await ask(url, { ca, client: clients.good })).body).toContain("none of the allowed names");
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a session of %s is never resumed: it would count as verified",
    async (version) => {
      const text = `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n`;
      const { url } = await Bed.start(dir, text);
      for (const own of [{}, { cert: readFileSync(clients.good.cert), key: readFileSync(clients.good.key) }]) {
        const first = await handshake(url, { ...own, maxVersion: version });
        let session: Buffer | undefined;
        // Of TLS 1.3 it comes after the handshake.
        first.on("session", (given: Buffer) => (session = given));
        first.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        await once(first.resume(), "close");
        const second = await handshake(url, { maxVersion: version, ...(session === undefined ? {} : { session }) });
        expect(second.isSessionReused()).toBe(false);
        second.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        expect((await second.setEncoding("utf8").toArray()).join("")).toContain(" 403 ");
      }
    },
  );
});

/** Shakes hands with a server; rejects where they agree on nothing. */
async function handshake(url: string, options: ConnectionOptions): Promise<TLSSocket> {
  const { port } = new URL(url);
  const socket = connect({ host: "localhost", port: Number(port), ca: readFileSync(ca), ...options });
  await once(socket, "secureConnect");
  return socket;
}

describe("versions, cipher suites and curves", () => {
  const suites = { both: "DEFAULT@SECLEVEL=0" };
  test.each<{ text: string; client: ConnectionOptions; agreed: string | undefined }>([
    { text: "", client: {}, agreed: "TLSv1.3 TLS_AES_128_GCM_SHA256" },
    { text: "", client: { maxVersion: "TLSv1.2" }, agreed: "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256" },
    { text: "", client: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: suites.both }, agreed: undefined },
    {
      text: "min_version: TLS10",
      client: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: suites.both },
      agreed: "TLSv1.1 ECDHE-ECDSA-AES128-SHA",
    },
    { text: "min_version: TLS13", client: { maxVersion: "TLSv1.2" }, agreed: undefined },
    { text: "max_version: TLS12", client: { minVersion: "TLSv1.3" }, agreed: undefined },
    {
      text: "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]",
      client: { maxVersion: "TLSv1.2" },
      agreed: "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384",
    },
    {
      text: "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]",
      client: {},
      agreed: "TLSv1.3 TLS_AES_128_GCM_SHA256",
    },
    {
      text: "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]",
      client: { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" },
      agreed: undefined,
    },
    {
      text: "prefer_server_cipher_suites: false",
      client: { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256" },
      agreed: "TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305",
    },
    {
      text: "curve_preferences: [CurveP384]",
      client: { ecdhCurve: "P-384" },
      agreed: "TLSv1.3 TLS_AES_128_GCM_SHA256",
    },
    { text: "curve_preferences: [CurveP384]", client: { ecdhCurve: "X25519" }, agreed: undefined },
  ])("$text with $client: $agreed", async ({ text, client, agreed }) => {
    const { url } = await Bed.start(dir, `${tls}  ${text}\n`);
    const shaken = handshake(url, client);
    if (agreed === undefined) await expect(shaken).rejects.toThrow();
    else {
      const socket = await shaken;
      expect(`${socket.getProtocol()} ${socket.getCipher().name}`).toBe(agreed);
      socket.destroy();
    }
  });
});
