import { z } from "zod";
import { duration } from "./duration.ts";
import { hostPort, listOf, oneOf, version } from "./scalars.ts";
import { object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const addressList = 'a list of addresses like "127.0.0.1:9090"';

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
