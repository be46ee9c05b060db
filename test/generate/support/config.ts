import type { Config, Duration, Model, Objective, Receiver, SeverityRoute, Team } from "../../../src/config/config.ts";
import type { WindowSpec } from "../../../src/window/options.ts";

/** A checked config for tests of the generators: only what they read, with the defaults of the real one. */
export interface ConfigParts {
  readonly file?: string;
  readonly tagLabels?: readonly string[];
  readonly join?: Config["join"];
  readonly models?: Readonly<Record<string, ModelParts>>;
  readonly teams?: Readonly<Record<string, Readonly<Record<string, readonly string[] | SeverityRoute>>>>;
  readonly receivers?: Readonly<Record<string, Receiver["integrations"]>>;
  readonly defaultReceiver?: string;
  readonly alerting?: Partial<Config["alerting"]>;
  readonly prometheus?: Partial<Config["prometheus"]>;
  readonly kubernetes?: Partial<Config["kubernetes"]>;
  readonly grafana?: Partial<Config["grafana"]>;
  readonly statusPage?: Partial<Config["statusPage"]>;
  readonly exposition?: Partial<Config["exposition"]>;
  readonly given?: unknown;
  readonly extend?: Partial<Config["extend"]>;
}

export type ModelParts = Partial<Omit<Model, "name" | "objectives">> & {
  readonly objectives?: readonly ObjectiveParts[];
};

export type ObjectiveParts = Pick<Objective, "metric" | "bound"> & Partial<Objective>;

export function duration(word: string): Duration {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
  const found = /^(\d+)(ms|s|m|h|d|w)$/u.exec(word);
  if (found === null) throw new Error(`no duration: ${word}`);
  const unit = Object.entries(units).find(([name]) => name === found[2])?.[1] ?? 0;
  return { word, ms: Number(found[1]) * unit };
}

const hour: WindowSpec = { kind: "time", label: "1h", ms: 3_600_000, panes: 60 };
export const day: WindowSpec = { kind: "time", label: "24h", ms: 86_400_000, panes: 60 };
export const lastThousand: WindowSpec = { kind: "last", label: "last_1000", size: 1000 };

/** A join, of which the generators read only that there is one. */
export const laterLabels: NonNullable<Config["join"]> = {
  byModel: false,
  placeAt: "label",
  maxIds: 1000,
  models: new Map(),
};

export const webhook = (url: string): Receiver["integrations"] => [
  { kind: "webhook", list: "webhook_configs", settings: { url } },
];

export function makeConfig(parts: ConfigParts): Config {
  const receivers = parts.receivers ?? { hook: webhook("http://127.0.0.1:5001/") };
  const defaultReceiver = parts.defaultReceiver ?? Object.keys(receivers)[0];
  return {
    file: parts.file ?? "/etc/model-quality/model-quality.config.ts",
    given: parts.given ?? {},
    sources: [],
    tagLabels: parts.tagLabels ?? ["model", "version"],
    join: parts.join,
    windows: [hour, day, lastThousand],
    models: new Map(Object.entries(parts.models ?? {}).map(([name, model]) => [name, makeModel(name, model)])),
    teams: new Map(
      Object.entries(parts.teams ?? {}).map(([name, severities]): [string, Team] => [
        name,
        { name, severities: new Map(Object.entries(severities).map(([word, route]) => [word, severityRoute(route)])) },
      ]),
    ),
    receivers: new Map(Object.entries(receivers).map(([name, integrations]) => [name, { name, integrations }])),
    alerting: {
      defaultReceiver,
      groupWait: duration("30s"),
      groupInterval: duration("5m"),
      repeatInterval: duration("4h"),
      runbookUrl: undefined,
      version: [0, 25],
      timeIntervals: new Map(),
      ...parts.alerting,
    },
    prometheus: {
      targets: ["127.0.0.1:9877"],
      alertmanagers: ["127.0.0.1:9093"],
      scrapeInterval: duration("15s"),
      evaluationInterval: duration("15s"),
      tls: undefined,
      basicAuth: undefined,
      version: [2, 42],
      replicas: "sharded",
      ...parts.prometheus,
    },
    kubernetes: {
      namespace: "models",
      version: [1, 29],
      image: undefined,
      labels: new Map(),
      container: "model",
      logVolumeSize: "1Gi",
      podLogs: undefined,
      receiversSecret: "model-quality-receivers",
      eventsSecret: "model-quality-events",
      web: undefined,
      ...parts.kubernetes,
    },
    grafana: { url: undefined, ...parts.grafana },
    statusPage: { url: undefined, ...parts.statusPage },
    influxdb: undefined,
    exposition: { confusion: "all", ...parts.exposition },
    extend: { ruleGroups: [], routes: [], changeRules: undefined, ...parts.extend },
    limits: {
      maxTags: 1000,
      maxClasses: 100,
      futureToleranceMs: 60_000,
      tagIdleMs: 86_400_000,
      maxFiles: 1000,
      maxSeries: 1_000_000,
      maxLineBytes: 1_048_576,
      maxValueBytes: 1024,
      maxStateBytes: 268_435_456,
    },
  };
}

function severityRoute(route: readonly string[] | SeverityRoute): SeverityRoute {
  return "receivers" in route ? route : { receivers: route, muteTimeIntervals: [], activeTimeIntervals: [] };
}

function makeModel(name: string, parts: ModelParts): Model {
  return {
    name,
    team: parts.team,
    classes: parts.classes,
    spellings: new Map(),
    silentAfter: parts.silentAfter === undefined ? 3600 : parts.silentAfter,
    runbook: parts.runbook,
    dashboard: parts.dashboard,
    objectives: (parts.objectives ?? []).map((objective, index) => ({
      path: `models.${name}.objectives[${index}]`,
      name: undefined,
      class: undefined,
      average: undefined,
      window: hour,
      severity: "warning",
      for: duration("10m"),
      keepFiringFor: duration("0s"),
      minSamples: 100,
      confidence: 0.995,
      runbook: undefined,
      ...objective,
    })),
  };
}
