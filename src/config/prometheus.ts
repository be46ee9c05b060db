import * as z from "zod";
import { secretText } from "./inline-secrets.ts";
import { duration } from "./duration.ts";
import { absoluteFile, hostPort, listOf, oneOf, text, version } from "./scalars.ts";
import { object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const addressList = 'a list of addresses like "127.0.0.1:9090"';

/** The keys of `prometheus.tls`, each of which is one of `tls_config` in `prometheus.yml`. */
const scrapeTlsShape = {
  caFile: absoluteFile
    .optional()
    .describe("Certificate of the authority that issued the exporters'; by default those that the system trusts."),
  certFile: absoluteFile.optional().describe("Certificate that Prometheus shows the exporters."),
  keyFile: absoluteFile.optional().describe("Key of `certFile`."),
  serverName: text("a name")
    .optional()
    .describe("Name that the exporters' certificates are for, where it is not in `targets`."),
  insecureSkipVerify: z
    .boolean({ error: expected("true or false") })
    .default(false)
    .describe("Takes any certificate of the exporters."),
};

const scrapeTls = object(scrapeTlsShape, { name: "ScrapeTlsInput" })
  .refine(({ certFile, keyFile }) => certFile === undefined || keyFile !== undefined, {
    error: "missing; certFile needs its key",
    path: ["keyFile"],
  })
  .refine(({ certFile, keyFile }) => keyFile === undefined || certFile !== undefined, {
    error: "missing; keyFile needs its certificate",
    path: ["certFile"],
  });

/** The keys of `prometheus.basicAuth`. */
const scrapeLoginShape = {
  username: text("the name of a user").describe("Name of a user of the exporters."),
  passwordFile: absoluteFile.describe("File with the password, for Prometheus to read."),
};

const scrapeLogin = object(scrapeLoginShape, {
  name: "ScrapeLoginInput",
  refused: { password: { text: secretText("passwordFile"), instead: "passwordFile" } },
});

/** The keys of `prometheus`. */
const prometheusShape = {
  targets: listOf(hostPort, addressList, "address")
    .default(["127.0.0.1:9877"])
    .describe("`host:port` of each exporter."),
  alertmanagers: z
    .array(hostPort, { error: expected(addressList) })
    .default(["127.0.0.1:9093"])
    .describe("`host:port` of each Alertmanager."),
  scrapeInterval: duration(1).prefault("15s").describe("Scrape interval of the exporters."),
  tls: scrapeTls
    .optional()
    .describe(
      "TLS towards the exporters, where their `--web.config.file` has it; `{}` for one that the system trusts.",
    ),
  basicAuth: scrapeLogin.optional().describe("Login at the exporters, where their `--web.config.file` demands one."),
  evaluationInterval: duration(1).prefault("15s").describe("Evaluation interval of the rules."),
  version: version("2.42").prefault("2.42").describe("Version of Prometheus to generate files for."),
  replicas: oneOf(["sharded", "mirrored"])
    .default("sharded")
    .describe(
      "`sharded` when replicas read different logs, whose counts are summed; `mirrored` when they read the same log.",
    ),
};

/** Schema of `prometheus`. */
export const prometheus = object(prometheusShape, { name: "PrometheusInput" });
