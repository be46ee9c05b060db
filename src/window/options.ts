import { isTrackable } from "./folded-classes.ts";
import type { JoinMatch } from "../join/options.ts";
import type { Measure } from "./measure.ts";

/** Specification of a window. */
export type WindowSpec =
  /** A time window of `panes` panes of `ms / panes` each. */
  | {
      readonly kind: "time";
      readonly label: string;
      readonly ms: number;
      readonly panes: number;
      /** How old the youngest outcomes are that count (ms); absent where all do. */
      readonly olderMs?: number;
    }
  /** The last `size` outcomes. */
  | { readonly kind: "last"; readonly label: string; readonly size: number };

/** Limits on memory and on the times of outcomes. */
export interface WindowLimits {
  /** Outcomes of tags past this number are dropped and counted. */
  readonly maxTags: number;
  /** The same of the tags that one source brings; by default `maxTags`. */
  readonly maxTagsPerSource?: number;
  /** Classes of a tag past this number are folded into `__other__`, and misses among them into `__wrong__`. */
  readonly maxClasses: number;
  /** Outcomes further in the future are counted as of now (ms). */
  readonly futureToleranceMs: number;
  /** Idle time after which a tag is evicted (ms). */
  readonly tagIdleMs: number;
}

/** Class settings of a model. */
export interface ModelClasses {
  /** Declared classes; undefined to learn them from the log. */
  readonly classes: readonly string[] | undefined;
  /** Other spellings of declared classes, each mapped to its class. */
  readonly spellings: ReadonlyMap<string, string>;
  /** The model's objectives: classes that they name are always tracked. */
  readonly objectives: readonly { readonly class: string | undefined }[];
}

/** Window options from the validated config. */
export interface WindowOptions {
  /** By model; `*` for every unnamed model. */
  readonly models: ReadonlyMap<string, ModelClasses>;
  readonly tagLabels: readonly string[];
  readonly windows: readonly WindowSpec[];
  readonly limits: WindowLimits;
  /** Measures besides the confusion matrix. */
  readonly measures?: readonly Measure[];
  /** Undefined where predictions come with their labels: then no traffic is counted. */
  readonly join?: { readonly models: ReadonlyMap<string, Pick<JoinMatch, "maturityMs">> } | undefined;
}

/** How long ago the oldest outcomes of a time window are (ms), but for a pane. */
export function reachOf(spec: WindowSpec): number {
  return spec.kind === "time" ? spec.ms + (spec.olderMs ?? 0) : 0;
}

/** The config's key for a tag's model: its name, or `*`. */
export function modelKey({ models }: WindowOptions, [model = ""]: readonly string[]): string {
  return models.has(model) ? model : "*";
}

/** Tells whether the config names a model. */
export function isDeclaredModel({ models }: WindowOptions, model: string | undefined): boolean {
  return model !== undefined && model !== "*" && models.has(model);
}

/** Class settings of a tag's model. */
export function modelOf(options: WindowOptions, labels: readonly string[]): ModelClasses {
  return options.models.get(modelKey(options, labels)) ?? noClasses;
}

/** The age at which predictions of a tag are due to have their label (ms); undefined where nobody says so. */
export function maturityOf({ join }: WindowOptions, [model = ""]: readonly string[]): number | undefined {
  return (join?.models.get(model) ?? join?.models.get("*"))?.maturityMs;
}

const noClasses: ModelClasses = { classes: undefined, spellings: new Map(), objectives: [] };

/** Classes of a model that always have a seat, whether they occur or not: the declared ones, else those of objectives. */
export function reservedClasses({ classes, objectives }: ModelClasses): string[] {
  const named = objectives.flatMap((objective) => objective.class ?? []);
  return (classes ?? [...new Set(named)]).filter(isTrackable);
}
