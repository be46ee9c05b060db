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
    sources: listOf(source(env), "a list of sources", "source"),
    windows: windows.prefault([...defaultWindows]),
    models: namedMap(() => model, "an object of models").prefault({}),
    teams: namedMap(() => team, "an object of teams").prefault({}),
    receivers: namedMap(() => receiver, "an object of receivers").prefault({}),
    alerting: alerting.prefault({}),
    prometheus: prometheus.prefault({}),
    kubernetes: kubernetes.prefault({}),
    grafana: grafana.prefault({}),
    extend: extend.prefault({}),
    limits: limits.prefault({}),
  };
}

/** The config, each part checked by itself. What needs two parts is the cross-check's. */
export function configSchema(env: NodeJS.ProcessEnv) {
  return object(configShape(env), { what: "an object like { sources: [...] }" });
}

/** A config whose parts are each in order. */
export type CheckedConfig = z.output<ReturnType<typeof configSchema>>;
