/** A stretch of outcomes that is counted. */
export type WindowSpec =
  /** A time window of `panes` slices of `ms / panes` each. */
  | { readonly kind: "time"; readonly label: string; readonly ms: number; readonly panes: number }
  /** The last `size` outcomes. */
  | { readonly kind: "last"; readonly label: string; readonly size: number };

/** What bounds the windows' memory and judges an outcome's time. */
export interface WindowLimits {
  /** Tags past this many are dropped and counted. */
  readonly maxTags: number;
  /** Classes of a tag past this many are folded: they become `__other__`, and a miss among them `__wrong__`. */
  readonly maxClasses: number;
  /** Outcomes later than now by more than this are counted and placed at now (ms). */
  readonly futureToleranceMs: number;
  /** A tag without an outcome for this long is forgotten, unless the config declares it (ms). */
  readonly tagIdleMs: number;
}

/** What the config says of the classes of a model. */
export interface ModelClasses {
  /** The declared classes; undefined when they are learned from the log. */
  readonly classes: readonly string[] | undefined;
  /** Other spellings of declared classes, each with the class that it means. */
  readonly spellings: ReadonlyMap<string, string>;
  /** What the model owes: a class that an objective names is as good as declared when it comes to seats. */
  readonly objectives: readonly { readonly class: string | undefined }[];
}

/** What the windows are told by the config, checked. */
export interface WindowOptions {
  /** By model; `*` stands for every model that is not named. */
  readonly models: ReadonlyMap<string, ModelClasses>;
  readonly tagLabels: readonly string[];
  readonly windows: readonly WindowSpec[];
  readonly limits: WindowLimits;
}

/** The name under which the config speaks of the model of a tag: its own, or `*`. */
export function modelKey({ models }: WindowOptions, [model = ""]: readonly string[]): string {
  return models.has(model) ? model : "*";
}

/** What the config says of the classes of a tag's model. */
export function modelOf(options: WindowOptions, labels: readonly string[]): ModelClasses {
  return options.models.get(modelKey(options, labels)) ?? unsaid;
}

const unsaid: ModelClasses = { classes: undefined, spellings: new Map(), objectives: [] };
