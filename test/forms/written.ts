import type { Row } from "./form.ts";

/** How programs write the parts of a line. */

/** `2026-01-01T00:00:00.400Z`. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** `2026-01-01T00:00:00Z`. */
export function wholeSeconds(at: number): string {
  return iso(at).replace(/\.\d+/u, "");
}

/** `2026-01-01T01:00:00.400`, the clock of Berlin in winter. */
export function berlin(at: number): string {
  return iso(at + 3_600_000).slice(0, -1);
}

/** `2026-01-01 01:00:00,400`, as Python's `logging` writes the time. */
export function asctime(at: number): string {
  return berlin(at).replace("T", " ").replace(".", ",");
}

/** `2026-01-01T01:00:00.400000`, as Python's `isoformat` writes it: without a fraction where it is 0. */
export function isoformat(at: number): string {
  return at % 1000 === 0 ? berlin(at).slice(0, -4) : `${berlin(at)}000`;
}

/** The text in base64. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Numbers of classes that are digits. */
export const predictedNumbers = (rows: readonly Row[]): readonly number[] =>
  rows.map(({ predicted }) => Number(predicted));
/** Numbers of labels that are digits. */
export const actualNumbers = (rows: readonly Row[]): readonly number[] => rows.map(({ actual }) => Number(actual));
/** The classes that the rows were predicted to be of. */
export const predictedNames = (rows: readonly Row[]): readonly string[] => rows.map(({ predicted }) => predicted);
/** The classes that the rows are of. */
export const actualNames = (rows: readonly Row[]): readonly string[] => rows.map(({ actual }) => actual);
/** The id and the time of a line of several rows: those of its first. */
export function head(rows: readonly Row[]): { readonly id: string; readonly at: number } {
  return rows[0] ?? { id: "", at: 0 };
}

/** The type of an event of KServe's logger with the answer of a model. */
export const kserveResponse = "org.kubeflow.serving.inference.response";

/** An event of KServe's logger on a batch of the model of digits. */
export function kserveEvent(rows: readonly Row[], data: object): object {
  return {
    specversion: "1.0",
    id: head(rows).id,
    type: kserveResponse,
    time: iso(head(rows).at),
    inferenceservicename: "digits",
    endpoint: "default",
    data,
  };
}

/** The type of an event of Seldon's logger with the truth. */
export const seldonFeedback = "io.seldon.serving.feedback";

/** An event of Seldon's logger with the truth of a batch. */
export function seldonEvent(rows: readonly Row[], model: object, data: object): object {
  return {
    specversion: "1.0",
    type: seldonFeedback,
    time: iso(head(rows).at),
    requestid: head(rows).id,
    ...model,
    data,
  };
}
