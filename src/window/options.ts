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
  /** Classes of a tag past this many become `__other__`. */
  readonly maxClasses: number;
  /** Outcomes later than now by more than this are counted and placed at now (ms). */
  readonly futureToleranceMs: number;
  /** A tag without an outcome for this long is forgotten, unless the config declares it (ms). */
  readonly tagIdleMs: number;
}

/** What the windows are told by the config, checked. */
export interface WindowOptions {
  readonly tagLabels: readonly string[];
  readonly windows: readonly WindowSpec[];
  readonly limits: WindowLimits;
}
