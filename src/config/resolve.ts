import { dirname, resolve } from "node:path";
import type { FieldRef } from "../decode/options.ts";
import { reachOf } from "../window/options.ts";
import type { Bound, ComparedTo, Config, Model, Objective } from "./config.ts";
import type { CheckedModel, CheckedObjective } from "./models.ts";
import type { IngestOptions } from "../ingest/options.ts";
import { pathText } from "./fault.ts";
import { resolveInflux } from "./influxdb.ts";
import { resolveJoin } from "./join.ts";
import type { CheckedConfig } from "./schema.ts";
import { selectionOf } from "./selection.ts";
import { absoluteGlob, absolutePattern } from "./source-paths.ts";
import type { CheckedSource } from "./sources.ts";
import { leastTagIdleMs } from "./silence-faults.ts";
import { windowSpec } from "./windows.ts";

/**
 * Makes the config from valid parts; `given` is the original input. Throws on contradictions, which the checks exclude.
 */
export function resolveConfig(checked: CheckedConfig, file: string, given: unknown): Config {
  const { futureTolerance, tagIdle, panes, ...counts } = checked.limits;
  const windows = checked.windows.map((window) => windowSpec(window, panes));
  const longest = Math.max(0, ...windows.map(reachOf));
  const silences = [...checked.models.values()].flatMap(({ silentAfter }) => silentAfter ?? []);
  const limits = {
    ...counts,
    maxTagsPerSource: counts.maxTagsPerSource ?? counts.maxTags,
    futureToleranceMs: futureTolerance.ms,
    tagIdleMs: Math.max(tagIdle.ms, longest, ...silences.map(leastTagIdleMs)),
  };
  const { web } = checked.kubernetes;
  const tagLabels = tagLabelsOf(checked.sources);
  const names = sourceNames(checked.sources);
  return {
    file,
    given,
    sources: checked.sources.map((source, index) => ({
      source: {
        name: names[index] ?? "",
        selection: selectionOf(source.lines?.text, source.where),
        files: source.files.map((pattern) => absolutePattern(pattern, file)),
        exclude: source.exclude.map((glob) => absoluteGlob(glob, file)),
        linkTargets: (source.links?.to ?? []).map((dir) => resolve(dirname(file), dir)),
        startAt: source.startAt,
        watch: source.watch,
        maxLineBytes: lineLimit(source, limits.maxLineBytes),
        maxFiles: limits.maxFiles,
      },
      http: source.http && resolveHttp(source.http, file),
      decode: {
        wrapper: source.wrapper,
        format: source.format,
        encoding: source.encoding,
        lines: source.lines,
        where: source.where,
        missing: source.missing.length === 0 ? undefined : new Set(source.missing),
        fields: {
          labels: tagLabels.map((name) => labelRef(source, name)),
          labelNames: tagLabels,
          predicted: source.fields.predicted,
          actual: source.fields.actual,
          id: source.fields.id,
          time: source.fields.time,
          // By the id alone, the join finds the model of a label.
          ...(checked.join && { needsId: true, labelsNeedModel: checked.join.by.includes("model") }),
        },
        maxValueBytes: limits.maxValueBytes,
        maxLineBytes: lineLimit(source, limits.maxLineBytes),
      },
      silentAfter: source.silentAfter,
    })),
    tagLabels,
    join: checked.join && resolveJoin(checked.join, checked.models),
    windows,
    models: new Map([...checked.models].map(([name, model]) => [name, resolveModel(name, model, windows)] as const)),
    teams: new Map([...checked.teams].map(([name, severities]) => [name, { name, severities }] as const)),
    receivers: new Map(
      [...checked.receivers, ...checked.extend.receivers].map(
        ([name, integrations]) => [name, { name, integrations }] as const,
      ),
    ),
    alerting: {
      ...checked.alerting,
      defaultReceiver: checked.alerting.defaultReceiver,
      runbookUrl: checked.alerting.runbookUrl,
    },
    prometheus: { ...checked.prometheus, tls: checked.prometheus.tls, basicAuth: checked.prometheus.basicAuth },
    kubernetes: {
      ...checked.kubernetes,
      image: checked.kubernetes.image,
      podLogs: checked.kubernetes.podLogs,
      web: web && { ...web, tls: web.tls, basicAuthSecret: web.basicAuthSecret },
    },
    grafana: { url: checked.grafana.url },
    statusPage: { url: checked.statusPage.url },
    influxdb: checked.influxdb && resolveInflux(checked.influxdb, file),
    exposition: checked.exposition,
    extend: {
      ruleGroups: checked.extend.ruleGroups,
      routes: checked.extend.routes,
      changeRules: checked.extend.changeRules,
    },
    limits,
  };
}

function resolveHttp(http: NonNullable<CheckedSource["http"]>, file: string): IngestOptions {
  const { tokensFile, rate } = http;
  return { ...http, rate, tokensFile: tokensFile && resolve(dirname(file), tokensFile) };
}

/** Maximum bytes of a line under a regular expression where the source sets none. */
const maxRegexLineBytes = 65_536;

function lineLimit({ maxLineBytes, format }: CheckedSource, limit: number): number {
  return maxLineBytes ?? (format.kind === "regex" ? Math.min(limit, maxRegexLineBytes) : limit);
}

/** Collects the tag labels: `model`, `version` if any source has it, then the others in order of appearance. */
function tagLabelsOf(sources: readonly CheckedSource[]): string[] {
  const names = new Set(["model"]);
  if (sources.some((source) => source.fields.version !== undefined)) names.add("version");
  for (const source of sources) for (const name of source.fields.labels.keys()) names.add(name);
  return [...names];
}

function labelRef(source: CheckedSource, name: string): FieldRef | undefined {
  if (name === "model") return source.fields.model;
  return name === "version" ? source.fields.version : source.fields.labels.get(name);
}

/** Names unnamed sources by their first pattern; duplicates get a suffix (`#2`). */
function sourceNames(sources: readonly CheckedSource[]): string[] {
  const taken = new Set(sources.map((source) => source.name));
  return sources.map((source) => {
    if (source.name !== undefined) return source.name;
    const first = source.http === undefined ? (source.files[0] ?? "") : "http";
    let name = first;
    for (let n = 2; taken.has(name); n++) name = `${first}#${n}`;
    taken.add(name);
    return name;
  });
}

function resolveModel(name: string, model: CheckedModel, windows: Config["windows"]): Model {
  return {
    name,
    team: model.team,
    classes: model.classes && [...model.classes.keys()].sort(),
    spellings: spellingsOf(model),
    silentAfter: model.silentAfter,
    runbook: model.runbook,
    dashboard: model.dashboard,
    objectives: model.objectives.map((objective, index) =>
      resolveObjective(objective, pathText(["models", name, "objectives", index]), windows),
    ),
  };
}

/** Maps other spellings to classes, without the class names themselves. */
function spellingsOf({ classes }: CheckedModel): ReadonlyMap<string, string> {
  const pairs = [...(classes ?? [])].flatMap(([name, spellings]) => spellings.map((one) => [one, name] as const));
  return new Map(pairs.filter(([one, name]) => one !== name));
}

function resolveObjective(objective: CheckedObjective, path: string, windows: Config["windows"]): Objective {
  const window = windows.find(({ label }) => label === objective.window.label);
  if (window === undefined) throw new Error(`${path}: no window ${objective.window.label}`);
  const { name, metric, average, severity, keepFiringFor, minSamples, minLabelled, confidence, runbook } = objective;
  const common = {
    path,
    name,
    metric,
    average,
    window,
    severity,
    keepFiringFor,
    minSamples,
    minLabelled,
    confidence,
    runbook,
  };
  return { ...common, class: objective.class, for: objective.for, bound: resolveBound(objective, path) };
}

function resolveBound(objective: CheckedObjective, path: string): Bound {
  const { min, max, maxDrop, maxRise } = objective;
  if (min !== undefined) return { kind: "min", value: min };
  if (max !== undefined) return { kind: "max", value: max };
  const comparedTo = resolveComparedTo(objective);
  if (comparedTo !== undefined && maxDrop !== undefined) return { kind: "maxDrop", value: maxDrop, comparedTo };
  if (comparedTo !== undefined && maxRise !== undefined) return { kind: "maxRise", value: maxRise, comparedTo };
  throw new Error(`${path}: no bound`);
}

function resolveComparedTo({ comparedTo }: CheckedObjective): ComparedTo | undefined {
  if (comparedTo === undefined) return undefined;
  if ("version" in comparedTo) return { kind: "version", version: comparedTo.version };
  return "ago" in comparedTo ? { kind: "ago", ago: comparedTo.ago } : { kind: "baseline", value: comparedTo.value };
}
