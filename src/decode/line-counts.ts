import type { RejectReason } from "./event.ts";
import { cutBefore, shownBytes, shownText } from "./shown.ts";

/** A line that was not accepted, cut for showing to a person. */
export interface RejectedLine {
  readonly source: string;
  readonly file: string;
  readonly reason: RejectReason;
  /** Which field, and what was expected. */
  readonly detail: string;
  /** The line's beginning: what cannot be seen stands as `\u{202e}`, a byte that is no UTF-8 as `\xff`. */
  readonly line: string;
  /** Unix milliseconds. */
  readonly time: number;
}

const keptPerSource = 10;
const keptBytes = 500;

/** The lines of one source: how many were read, and what became of them. */
export class SourceLines {
  readonly source: string;
  /** Lines read, blank ones left out: the accepted ones and all that were rejected. */
  read = 0;
  readonly #rejected = new Map<RejectReason, number>();
  readonly #recent: (Omit<RejectedLine, "line"> & { readonly head: Buffer })[] = [];

  constructor(source: string) {
    this.source = source;
  }

  /** Counts a line that was not accepted; `line` is copied. */
  reject(file: string, reason: RejectReason, detail: string, line: Buffer, time: number): void {
    this.read++;
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
    if (this.#recent.length === keptPerSource) this.#recent.shift();
    const head = Buffer.from(line.subarray(0, cutBefore(line, 0, line.length, keptBytes)));
    this.#recent.push({ source: this.source, file, reason, detail, head, time });
  }

  /** Rejected lines by reason; reasons that never occurred are left out. */
  get rejected(): Record<string, number> {
    return Object.fromEntries(this.#rejected);
  }

  /** The last few rejected lines, oldest first. */
  get recent(): readonly RejectedLine[] {
    return this.#recent.map(({ head, ...rest }) => ({
      ...rest,
      file: shownText(rest.file),
      detail: shownText(rest.detail),
      line: shownBytes(head),
    }));
  }
}

/** Counts lines per source, and keeps the last few rejected ones, so that "why is it not counted" has an answer. */
export class LineCounts {
  readonly #sources = new Map<string, SourceLines>();

  /** The counts of a source; they begin at 0 when it is first named, and last as long as this object. */
  of(source: string): SourceLines {
    let counts = this.#sources.get(source);
    if (counts === undefined) this.#sources.set(source, (counts = new SourceLines(source)));
    return counts;
  }

  get sources(): readonly SourceLines[] {
    return [...this.#sources.values()];
  }

  /** All sources together, reasons in code-unit order. */
  get total(): { read: number; accepted: number; rejected: Record<string, number> } {
    const rejected = new Map<string, number>();
    let read = 0;
    let lost = 0;
    for (const counts of this.#sources.values()) {
      read += counts.read;
      for (const [reason, count] of Object.entries(counts.rejected)) {
        rejected.set(reason, (rejected.get(reason) ?? 0) + count);
        lost += count;
      }
    }
    const inOrder = [...rejected].sort(([a], [b]) => (a < b ? -1 : 1));
    return { read, accepted: read - lost, rejected: Object.fromEntries(inOrder) };
  }
}
