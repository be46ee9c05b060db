import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { hashSync } from "bcryptjs";
import { generate } from "../../src/generate/outputs.ts";
import { loadConfig } from "../../src/config/load.ts";
import { Authority } from "../support/certificates.ts";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { Prometheus } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";
import { generateInto } from "../generate/support/tools.ts";
import { containers, manifestsIn, podSpec } from "../deploy/support/manifests.ts";

const root = tempDir();
const authority = new Authority(root);
const server = authority.issue("server", "DNS:mqe.example");
const client = authority.issue("client", "DNS:prometheus.example");
const passwordFile = join(root, "password");
writeFileSync(passwordFile, "open sesame");

const tls = `tls_server_config:\n  cert_file: ${server.cert}\n  key_file: ${server.key}\n`;
const trust = { caFile: authority.cert, serverName: "mqe.example" };

// At once: Prometheus takes five seconds to find its targets.
test.concurrent.each([
  {
    by: "a login",
    web: `${tls}basic_auth_users: { prometheus: "${hashSync("open sesame", 4)}" }\n`,
    prometheus: { tls: trust, basicAuth: { username: "prometheus", passwordFile } },
  },
  {
    by: "a client certificate",
    web: `${tls}  client_ca_file: ${authority.cert}\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [prometheus.example]\n`,
    prometheus: { tls: { ...trust, certFile: client.cert, keyFile: client.key } },
  },
])(
  "a real Prometheus scrapes over TLS with $by by the generated prometheus.yml, and the generated probe needs none",
  async (row) => {
    const dir = mkdtempSync(join(root, "scrape-"));
    const file = join(dir, "config.json");
    const write = (prometheus: object): void => {
      const sources = [{ files: ["*.log"] }];
      const config = { sources, prometheus: { scrapeInterval: "1s", ...prometheus }, kubernetes: { web: { tls: {} } } };
      writeFileSync(file, JSON.stringify(config));
    };
    write({});
    writeFileSync(join(dir, "a.log"), '{"model":"m","prediction":"a","label":"a"}\n');
    writeFileSync(join(dir, "web.yml"), row.web);
    const files = ["--config", file, "--state", join(dir, "state")];
    const daemon = await Daemon.start([...files, "--web.config.file", join(dir, "web.yml")]);

    const probe = manifestsIn(generate(await loadConfig(file)).files.get("deploy/kubernetes/deployment.yaml") ?? "")
      .flatMap((object) => podSpec(object) ?? [])
      .flatMap(containers)
      .flatMap(({ livenessProbe }) => livenessProbe?.httpGet ?? [])[0];
    expect(probe?.scheme).toBe("HTTPS");
    // As the kubelet asks: it takes any certificate and shows none.
    const asked = request(`${daemon.url}${probe?.path ?? ""}`, { rejectUnauthorized: false }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(200);

    const targets = [new URL(daemon.url).host];
    write({ targets, ...row.prometheus });
    generateInto(await loadConfig(file), dir);
    const prometheus = await Prometheus.start(dir, { file: join(dir, "prometheus/prometheus.yml") });
    await eventually(
      async () => (await prometheus.query('model_quality_samples{window="1h"}'))[0]?.value === 1,
      "it scrapes the daemon",
    );
    expect(readFileSync(join(dir, "prometheus/prometheus.yml"), "utf8")).not.toContain("sesame");
    await prometheus.stop();
    await daemon.stop();
  },
);
