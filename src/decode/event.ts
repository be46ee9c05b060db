/**
 * What one line says. The decoder keeps one and fills it anew for every line: whoever needs it longer copies it.
 */
export interface Event {
  /** The tag's label values, in the order of the config's tag labels; "" where the line does not say. */
  readonly labels: string[];
  /** The class that was predicted, or undefined when the line holds only a label. */
  predicted: string | undefined;
  /** The class that was true, or undefined when the line holds only a prediction. */
  actual: string | undefined;
  /** What joins a prediction with its label; undefined when the config or the line has none. */
  id: string | undefined;
  /** Unix milliseconds, or NaN when the line carries no time. */
  time: number;
}

/** Why a line was not accepted: the values of the `reason` label, in the order in which they are checked. */
export const rejectReasons = [
  "line_too_long",
  "bad_wrapper",
  "malformed",
  "bad_encoding",
  "missing_field",
  "wrong_type",
  "bad_time",
  "value_too_long",
] as const;

/** Why a line that is in order gave no outcome: the values of the `reason` label of skipped lines. */
export const skipReasons = ["unlabelled"] as const;

/** One of `skipReasons`. */
export type SkipReason = (typeof skipReasons)[number];

/** One of `rejectReasons`. */
export type RejectReason = (typeof rejectReasons)[number];

/** Why a line is not accepted. */
export interface Rejection {
  readonly reason: RejectReason;
  /** Which field, and what was expected. */
  readonly detail: string;
}

/** Where the decoder puts what it found. */
export interface EventSink {
  /** Takes an event, or says why it is of no use; the line is then rejected for that. */
  event(event: Event): Rejection | undefined;
  /** `line` is a view on the caller's buffer; `detail` says which field and what was expected. */
  rejected(reason: RejectReason, line: Buffer, detail: string): void;
}
