/** Where a value comes from: a path into the event, a fixed word, or the file's path. */
export type FieldRef =
  /** Keys from the outside in: `meta.region` is `["meta", "region"]`; a key "meta.region" is found as well. */
  | { readonly kind: "path"; readonly path: readonly string[] }
  /** A fixed value (`{ value }`), or one read from the environment when the config was loaded (`{ env }`). */
  | { readonly kind: "value"; readonly value: string }
  /** A regular expression on the file's path whose first (or same-named) group is the value. */
  | { readonly kind: "file"; readonly pattern: RegExp; readonly group: string };

/** The predicted class: read as it stands, or decided from a score: `above` when score >= threshold. */
export type PredictedRef =
  | FieldRef
  | {
      readonly kind: "score";
      readonly score: FieldRef;
      readonly threshold: number;
      readonly below: string;
      readonly above: string;
    };

/** The line's own format. */
export type FormatOptions =
  | { readonly kind: "json" }
  | { readonly kind: "logfmt" }
  | { readonly kind: "csv" }
  | { readonly kind: "regex"; readonly pattern: RegExp };

/** What wraps each line: nothing, the Kubernetes CRI prefix, Docker's json-file object, or whichever of them is seen. */
export type Wrapper = "none" | "cri" | "docker" | "auto";

/** How the lines of one source become events. Plain data, checked by the config. */
export interface DecodeOptions {
  readonly wrapper: Wrapper;
  readonly format: FormatOptions;
  readonly fields: {
    /** One per tag label of the config, in its order; undefined where this source has none. The first is the model. */
    readonly labels: readonly (FieldRef | undefined)[];
    /** The labels' names, for messages. */
    readonly labelNames: readonly string[];
    readonly predicted: PredictedRef | undefined;
    readonly actual: FieldRef | undefined;
    readonly id: FieldRef | undefined;
    readonly time: FieldRef | undefined;
  };
  /** A label or class longer than this many bytes makes the line rejected (`value_too_long`). */
  readonly maxValueBytes: number;
  /** Longer joined lines (CRI partial lines) are rejected (`line_too_long`). */
  readonly maxLineBytes: number;
}
