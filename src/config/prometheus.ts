import { z } from "zod";
import { duration } from "./duration.ts";
import { hostPort, listOf, oneOf, version } from "./scalars.ts";
import { object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const addressList = 'a list of addresses like "127.0.0.1:9090"';

/** The keys of `prometheus`. */
export const prometheusShape = {
  targets: listOf(hostPort, addressList, "address").default(["127.0.0.1:9877"]),
  alertmanagers: z.array(hostPort, { error: expected(addressList) }).default(["127.0.0.1:9093"]),
  scrapeInterval: duration(1).prefault("15s"),
  evaluationInterval: duration(1).prefault("15s"),
  version: version("2.42").prefault("2.42"),
  replicas: oneOf(["sharded", "mirrored"]).default("sharded"),
};

/** What `prometheus.yml` is made of. */
export const prometheus = object(prometheusShape);
