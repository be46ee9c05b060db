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

/**
 * What became of an event: counted; kept until its other half comes; in order, but of no outcome; or refused, which rejects
 * its line.
 */
export type Reception = "counted" | "waiting" | { readonly skipped: SkipReason } | { readonly rejected: Rejection };

/** Where the decoder puts what it found. */
export interface EventSink {
  /** Takes the event of a line; the caller goes on to use the same object. */
  event(event: Event): Reception;
  /** Takes a line that holds no event; `line` is a view on the caller's buffer, `detail` says what was expected. */
  rejected(reason: RejectReason, line: Buffer, detail: string): void;
}
