import type { z } from "zod";
import { alerting, team } from "./alerting.ts";
import { join } from "./join.ts";
import { exposition } from "./exposition.ts";
import { extend } from "./extend.ts";
import { grafana } from "./grafana.ts";
import { influxdb } from "./influxdb.ts";
import { receiver } from "./receiver-schema.ts";
import { kubernetes } from "./kubernetes.ts";
import { listOf } from "./scalars.ts";
import { limits } from "./limits.ts";
import { model } from "./models.ts";
import { prometheus } from "./prometheus.ts";
import { namedMap, object } from "./strict-object.ts";
import { source } from "./sources.ts";
import { statusPage } from "./status-page.ts";
import { defaultWindows, windows } from "./windows.ts";

/** The keys of the config. */
export function configShape(env: NodeJS.ProcessEnv) {
  return {
    sources: listOf(source(env), "a list of sources", "source").describe("The logs to follow; the only required key."),
    join: join
      .optional()
      .describe(
        "How predictions and labels of separate lines are joined, in either order; `{}` is a join. By default both must be on one line.",
      ),
    windows: windows.prefault([...defaultWindows]).describe("The windows in which outcomes are counted."),
    models: namedMap(() => model, "an object of models")
      .prefault({})
      .describe("Settings and objectives of each model; `*` stands for every unnamed model."),
    teams: namedMap(() => team, "an object of teams")
      .prefault({})
      .describe("Receivers of each team by severity, with time intervals where needed."),
    receivers: namedMap(() => receiver, "an object of receivers")
      .prefault({})
      .describe("Destinations of notifications by name."),
    alerting: alerting.prefault({}).describe("Grouping and repetition of notifications."),
    prometheus: prometheus.prefault({}).describe("Settings of the generated `prometheus.yml` and rules."),
    kubernetes: kubernetes.prefault({}).describe("Settings of the generated Kubernetes manifests."),
    grafana: grafana.prefault({}).describe("Location of the dashboard."),
    statusPage: statusPage.prefault({}).describe("Location of the status page."),
    influxdb: influxdb(env)
      .optional()
      .describe("InfluxDB to write the figures to, besides `/metrics`; by default there is none."),
    exposition: exposition.prefault({}).describe("Contents of `/metrics`."),
    extend: extend.prefault({}).describe("Additions and changes to the generated files."),
    limits: limits.prefault({}).describe("Limits on memory, line sizes and times."),
  };
}

/** Schema of the config; faults that involve several parts are left to the cross-check. */
export function configSchema(env: NodeJS.ProcessEnv) {
  return object(configShape(env), { what: "an object like { sources: [...] }", name: "UserConfig" });
}

/** A config with valid parts. */
export type CheckedConfig = z.output<ReturnType<typeof configSchema>>;
