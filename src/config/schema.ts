import type { z } from "zod";
import { alerting, team } from "./alerting.ts";
import { extend } from "./extend.ts";
import { grafana } from "./grafana.ts";
import { receiver } from "./receiver-schema.ts";
import { kubernetes } from "./kubernetes.ts";
import { listOf } from "./scalars.ts";
import { limits } from "./limits.ts";
import { model } from "./models.ts";
import { prometheus } from "./prometheus.ts";
import { namedMap, object } from "./strict-object.ts";
import { source } from "./sources.ts";
import { defaultWindows, windows } from "./windows.ts";

/** The keys of the config. */
export function configShape(env: NodeJS.ProcessEnv) {
  return {
    sources: listOf(source(env), "a list of sources", "source").describe(
      "The logs to follow: the only key that a config must have.",
    ),
    windows: windows.prefault([...defaultWindows]).describe("The stretches of outcomes that are counted."),
    models: namedMap(() => model, "an object of models")
      .prefault({})
      .describe("What is owed for a model, and by whom; `*` stands for every model that is not named."),
    teams: namedMap(() => team, "an object of teams")
      .prefault({})
      .describe("Who answers: for each team, severity to receivers, and where need be when they are told."),
    receivers: namedMap(() => receiver, "an object of receivers")
      .prefault({})
      .describe("Where notifications go, by name."),
    alerting: alerting.prefault({}).describe("How Alertmanager groups and repeats."),
    prometheus: prometheus.prefault({}).describe("What `prometheus.yml` is made of."),
    kubernetes: kubernetes.prefault({}).describe("What the Kubernetes manifests are made of."),
    grafana: grafana.prefault({}).describe("Where the dashboard is to be found."),
    extend: extend.prefault({}).describe("What is added to the generated files, or changed in them."),
    limits: limits.prefault({}).describe("What bounds memory and judges times."),
  };
}

/** The config, each part checked by itself. What needs two parts is the cross-check's. */
export function configSchema(env: NodeJS.ProcessEnv) {
  return object(configShape(env), { what: "an object like { sources: [...] }", name: "UserConfig" });
}

/** A config whose parts are each in order. */
export type CheckedConfig = z.output<ReturnType<typeof configSchema>>;
