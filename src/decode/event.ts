import type { FieldSurvey } from "./field-survey.ts";

/** The content of one line. The decoder reuses one instance for every line: copy it to keep it. */
export interface Event {
  /** Label values in the order of the config's tag labels; "" where the line has none. */
  readonly labels: string[];
  /** The predicted class; undefined when the line holds only a label. */
  predicted: string | undefined;
  /** The score that decided for it; NaN where no score decides. */
  score: number;
  /** The true class; undefined when the line holds only a prediction. */
  actual: string | undefined;
  /** The key that joins a prediction with its label; undefined when the config or the line has none. */
  id: string | undefined;
  /** Unix milliseconds; NaN when the line has no time. */
  time: number;
}

/** Reasons for rejecting a line: the values of the `reason` label, in the order of the checks. */
export const rejectReasons = [
  "line_too_long",
  "bad_wrapper",
  "malformed",
  "bad_encoding",
  "missing_field",
  "wrong_type",
  "bad_time",
  "value_too_long",
  "line_lost",
] as const;

/** Reasons why a line without a fault gives no outcome: the values of the `reason` label of skipped lines. */
export const skipReasons = ["unlabelled", "line", "where", "wrapper"] as const;

/** Those of them that the config leaves out by `lines`, `where` or a wrapper. */
export const leftOutReasons: readonly SkipReason[] = ["line", "where", "wrapper"];

/** One of `skipReasons`. */
export type SkipReason = (typeof skipReasons)[number];

/** One of `rejectReasons`. */
export type RejectReason = (typeof rejectReasons)[number];

/** The reason for rejecting a line, with details. */
export interface Rejection {
  readonly reason: RejectReason;
  /** The field, and the expected value. */
  readonly detail: string;
}

/** Result of an event: counted; waiting for its other half; skipped as valid without an outcome; or its line rejected. */
export type Reception = "counted" | "waiting" | { readonly skipped: SkipReason } | { readonly rejected: Rejection };

/** Receiver of decoded lines. */
export interface EventSink {
  /** Survey of the fields in lines that lack one. */
  readonly survey?: FieldSurvey | undefined;
  /** Survey of the fields in lines that do not meet the conditions. */
  readonly leftOut?: FieldSurvey | undefined;
  /** Tells why an event would be rejected, without any effect; undefined for one that would not. */
  fault?(event: Event): Rejection | undefined;
  /** Receives an event of a line; the caller reuses the object. */
  event(event: Event): Reception;
  /** Receives that the events of a line are handed on, with whether they have a time. */
  accepted?(isTimed: boolean): void;
  /** Receives a line that the config leaves out, or that has no outcome. */
  skipped(reason: SkipReason): void;
  /** Receives a line with a fault. `line` is a view on the caller's buffer; `detail` tells what was expected. */
  rejected(reason: RejectReason, line: Buffer, detail: string): void;
}
