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
