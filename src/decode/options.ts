import type { CsvDelimiter } from "./csv-delimiter.ts";
import type { Pattern } from "./pattern/pattern.ts";

/** Origin of a value: a path into the event, a fixed text, or the file's path. */
export type FieldRef =
  /** Keys from the outside in: `meta.region` is `["meta", "region"]`; a dotted key "meta.region" matches as well. */
  | {
      readonly kind: "path";
      readonly path: readonly string[];
      /** Zone of a time without an offset: an IANA name, `UTC` or `local`. */
      readonly zone?: string | undefined;
      /** Regular expression on the value, of which the group named `group`, or else the first one, is read. */
      readonly part?: { readonly pattern: Pattern; readonly group: string } | undefined;
    }
  /** A fixed value (`{ value }`), or an environment variable read at load time (`{ env }`). */
  | { readonly kind: "value"; readonly value: string }
  /** A regular expression on the file's path; the group named `group`, or else the first one, is the value. */
  | { readonly kind: "file"; readonly pattern: Pattern; readonly group: string };

/** Origin of the predicted class: a field, or a score with a threshold (`above` when score >= threshold). */
export type PredictedRef =
  | FieldRef
  | {
      readonly kind: "score";
      readonly score: FieldRef;
      readonly threshold: number;
      readonly below: string;
      readonly above: string;
    };

/** CSV, with a header line where `columns` does not name the columns. */
export interface CsvOptions {
  readonly kind: "csv";
  /** The separator of cells, by default a comma; `auto` finds it by the header. */
  readonly delimiter?: CsvDelimiter | "auto" | undefined;
  readonly columns?: readonly string[] | undefined;
  /** True when a quoted cell may hold line ends. */
  readonly multiline?: boolean | undefined;
}

/** Format of the program's own lines. */
export type FormatOptions =
  | { readonly kind: "json" }
  | { readonly kind: "logfmt" }
  | CsvOptions
  | { readonly kind: "regex"; readonly pattern: Pattern };

/**
 * Wrapper of each line: none, the Kubernetes CRI prefix, Docker's json-file object, one of these, detected per line, or a
 * JSON object with the line at a path.
 */
export type Wrapper = "none" | "cri" | "docker" | "auto" | { readonly path: readonly string[] };

/** Values that a field must have, as text, for its line to be read. */
export interface Condition {
  readonly path: readonly string[];
  readonly values: readonly string[];
}

/** Decoding options of one source: plain data, validated by the config. */
export interface DecodeOptions {
  readonly wrapper: Wrapper;
  readonly format: FormatOptions;
  /** Label of `TextDecoder` for a log that is not UTF-8. */
  readonly encoding?: string | undefined;
  /** Lines that do not match are skipped. */
  readonly lines?: Pattern | undefined;
  /** Classes, scores and times that are no value, canonical. */
  readonly missing?: ReadonlySet<string> | undefined;
  /** Lines that do not meet all conditions are skipped. */
  readonly where: readonly Condition[];
  readonly fields: {
    /** One per tag label of the config, in its order, `model` first; undefined where this source has none. */
    readonly labels: readonly (FieldRef | undefined)[];
    /** Label names for messages. */
    readonly labelNames: readonly string[];
    readonly predicted: PredictedRef | undefined;
    readonly actual: FieldRef | undefined;
    /** Of several the first one with a value counts. */
    readonly id: readonly FieldRef[];
    /** True where a line with both a prediction and a label is joined by its id as well: it may come again. */
    readonly needsId?: boolean;
    /** False where a line with a label alone may lack the model: its prediction has it. */
    readonly labelsNeedModel?: boolean;
    readonly time: FieldRef | undefined;
  };
  /** Byte limit of a label value or class; longer ones reject the line (`value_too_long`). */
  readonly maxValueBytes: number;
  /** Byte limit of a line, reassembled ones included; longer lines are rejected (`line_too_long`). */
  readonly maxLineBytes: number;
}
