import type { CsvDelimiter } from "./csv-delimiter.ts";
import type { Pattern } from "./pattern/pattern.ts";

/** A way in which a value is packed inside a text; `csv` gives the cells of a row, or its lines where `[]` follows. */
export type Packing = "json" | "base64" | "csv";

/** A step from a JSON value towards the one that is read. */
export type Step =
  /** Members from the outside in, as in `path`; a key of digits is also the index of an array's element. */
  | { readonly kind: "keys"; readonly keys: readonly string[] }
  | { readonly kind: "index"; readonly index: number }
  /** The first element whose member `key` is `value`. */
  | { readonly kind: "having"; readonly key: string; readonly value: string }
  /** Each element: an event of its own. */
  | { readonly kind: "each" }
  | { readonly kind: "decode"; readonly as: readonly Packing[] };

/** A path into the event. */
export interface PathRef {
  readonly kind: "path";
  /** Keys from the outside in: `meta.region` is `["meta", "region"]`; a dotted key "meta.region" matches as well. */
  readonly path: readonly string[];
  /** Steps that follow the keys. */
  readonly steps?: readonly Step[] | undefined;
  /** Zone of a time without an offset: an IANA name, `UTC` or `local`. */
  readonly zone?: string | undefined;
  /** Regular expression on the value, of which the group named `group`, or else the first one, is read. */
  readonly part?: { readonly pattern: Pattern; readonly group: string } | undefined;
}

/** Number of arrays on the way of a path whose elements are events of their own. */
export function levelsOf({ steps = [] }: Pick<PathRef, "steps">): number {
  return steps.filter(({ kind }) => kind === "each").length;
}

/** Origin of a value: a path into the event, a fixed text, or the file's path. */
export type FieldRef =
  | PathRef
  /** A fixed value (`{ value }`), or an environment variable read at load time (`{ env }`). */
  | { readonly kind: "value"; readonly value: string }
  /** A regular expression on the file's path; the group named `group`, or else the first one, is the value. */
  | { readonly kind: "file"; readonly pattern: Pattern; readonly group: string };

/** Origin of the predicted class: a field, scores of which the highest wins, or a score with a threshold. */
export type PredictedRef =
  | FieldRef
  | ScoresRef
  | {
      readonly kind: "score";
      readonly score: FieldRef;
      readonly threshold: number;
      readonly below: string;
      /** The class when score >= threshold. */
      readonly above: string;
    };

/** Scores of classes, the highest of which decides; an object of scores names its classes itself. */
export interface ScoresRef {
  readonly kind: "scores";
  readonly scores: PathRef;
  /** The classes in the order of the scores, canonical, or the array of their names in the line. */
  readonly classes?: readonly string[] | PathRef | undefined;
}

/** The field of the prediction, whatever is made of its value. */
export function predictedField(predicted: PredictedRef | undefined): FieldRef | undefined {
  if (predicted?.kind === "score") return predicted.score;
  return predicted?.kind === "scores" ? predicted.scores : predicted;
}

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
export interface Condition extends Pick<PathRef, "path" | "steps"> {
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
