import type { SourceInput } from "../../src/config/input-types.ts";
import type { SkipReason } from "../../src/decode/event.ts";
import { goldenRows, type GoldenName } from "../support/golden.ts";

/** An outcome of a real classifier, which each form writes in its own way. */
export interface Row {
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly predicted: string;
  readonly actual: string;
  readonly classes: readonly string[];
  /** In the order of `classes`. */
  readonly scores: readonly number[];
}

/** How a server, a platform, a logger or a carrier writes predictions, with the source of a config that reads them. */
export interface Form {
  readonly name: string;
  /** What a user must know of it. */
  readonly about?: string;
  /** The classifier whose rows the log holds. */
  readonly rows: GoldenName;
  /** As a user writes it. */
  readonly source: SourceInput;
  /** Where the log lies. */
  readonly file: string;
  /** The first line of the file. */
  readonly head?: string;
  /** Writes a line of one row, or of a batch of some; what is not text is written as JSON. */
  readonly writes: { readonly line: (row: Row) => unknown } | { readonly batch: (rows: readonly Row[]) => unknown };
  /** Lines that stand among the others, and why they are skipped. */
  readonly others?: { readonly lines: readonly unknown[]; readonly skipped: SkipReason };
  /** The labels of its tag. */
  readonly tag: { readonly model: string; readonly version?: string };
}

/** A log that a form makes. */
export interface FormLog {
  readonly lines: readonly string[];
  /** The rows of each line; undefined for one that is no event. */
  readonly rowsOf: readonly (readonly Row[] | undefined)[];
}

/** Rows of a line where it may hold some. */
const batchSize = 4;

/** The rows of a classifier, some with times of whole seconds and some with a fraction. */
export function formRows(name: GoldenName): readonly Row[] {
  return goldenRows(name).map((row, index) => {
    const scores = Object.entries(row["scores"] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      id: String(row["request_id"]),
      at: Date.parse(String(row["ts"])) + (index % 5) * 200,
      predicted: String(row["prediction"]),
      actual: String(row["label"]),
      classes: scores.map(([name]) => name),
      scores: scores.map(([, score]) => Number(score)),
    };
  });
}

/** The log that a form makes of rows. */
export function formLog({ writes, head, others }: Form, rows: readonly Row[]): FormLog {
  const size = "batch" in writes ? batchSize : 1;
  const lines: string[] = head === undefined ? [] : [head];
  const rowsOf: FormLog["rowsOf"][number][] = head === undefined ? [] : [undefined];
  const push = (line: unknown, of: readonly Row[] | undefined): void => {
    lines.push(typeof line === "string" ? line : JSON.stringify(line));
    rowsOf.push(of);
  };
  for (let from = 0; from < rows.length; from += size) {
    const own = rows.slice(from, from + size);
    if ("batch" in writes) push(writes.batch(own), own);
    else for (const row of own) push(writes.line(row), own);
    if (from === 0) for (const other of others?.lines ?? []) push(other, undefined);
  }
  return { lines, rowsOf };
}
