import { skipReasons, type RejectReason, type SkipReason } from "./event.ts";
import { cutBefore, shownBytes, shownText } from "./printable.ts";

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

/** How many lines were read, and what became of them: `read` is `accepted` and all of `rejected` and `skipped`. */
export interface LineTotals {
  readonly read: number;
  readonly accepted: number;
  /** By reason; reasons that never occurred are left out. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Lines that are in order and gave no outcome, by reason; reasons that never occurred are left out. */
  readonly skipped: Readonly<Record<string, number>>;
}

const keptPerSource = 10;
const samplesPerReason = 2;
const keptBytes = 500;

interface Kept extends Omit<RejectedLine, "line"> {
  readonly head: Buffer;
}

/** The lines of one source: how many were read, and what became of them. */
export class SourceLines implements LineTotals {
  readonly source: string;
  /** Blank lines left out. */
  accepted = 0;
  /** Accepted lines that carry no time. */
  untimed = 0;
  /** Outcomes of accepted lines that were too old for at least one time window. */
  late = 0;
  /** Outcomes of accepted lines from further in the future than is tolerated. */
  future = 0;
  readonly #rejected = new Map<RejectReason, number>();
  readonly #skipped = new Map<SkipReason, number>(skipReasons.map((reason) => [reason, 0]));
  readonly #recent: Kept[] = [];
  readonly #samples = new Map<RejectReason, readonly Kept[]>();

  constructor(source: string) {
    this.source = source;
  }

  /** Counts a line that was not accepted; `line` is copied. */
  reject(file: string, reason: RejectReason, detail: string, line: Buffer, time: number): void {
    increase(this.#rejected, reason, 1);
    if (this.#recent.length === keptPerSource) this.#recent.shift();
    const head = Buffer.from(line.subarray(0, cutBefore(line, 0, line.length, keptBytes)));
    const kept = { source: this.source, file, reason, detail, head, time };
    this.#recent.push(kept);
    const samples = this.#samples.get(reason) ?? [];
    const isNew = samples.length < samplesPerReason && !samples.some((sample) => sample.detail === detail);
    if (isNew) this.#samples.set(reason, [...samples, kept]);
  }

  /** Counts a line that is in order and gives no outcome. */
  skip(reason: SkipReason): void {
    increase(this.#skipped, reason, 1);
  }

  get read(): number {
    return this.accepted + sumOf(this.#rejected) + sumOf(this.#skipped);
  }

  get rejected(): Record<string, number> {
    return Object.fromEntries(this.#rejected);
  }

  get skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].filter(([, lines]) => lines > 0));
  }

  /** Skipped lines by every reason that there is. */
  get skippedByReason(): Record<string, number> {
    return Object.fromEntries(this.#skipped);
  }

  /** The last few rejected lines, oldest first. */
  get recent(): readonly RejectedLine[] {
    return this.#recent.map(shown);
  }

  /** The first rejected lines of a reason, each with another detail. */
  samples(reason: string): readonly RejectedLine[] {
    return [...this.#samples].flatMap(([of, kept]) => (of === reason ? kept.map(shown) : []));
  }
}

function shown({ head, ...rest }: Kept): RejectedLine {
  return { ...rest, file: shownText(rest.file), detail: shownText(rest.detail), line: shownBytes(head) };
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
  get total(): LineTotals {
    const rejected = new Map<string, number>();
    const skipped = new Map<string, number>();
    let read = 0;
    let accepted = 0;
    for (const counts of this.#sources.values()) {
      read += counts.read;
      accepted += counts.accepted;
      for (const [reason, lines] of Object.entries(counts.rejected)) increase(rejected, reason, lines);
      for (const [reason, lines] of Object.entries(counts.skipped)) increase(skipped, reason, lines);
    }
    return { read, accepted, rejected: inOrder(rejected), skipped: inOrder(skipped) };
  }
}

function increase<Reason>(counts: Map<Reason, number>, reason: Reason, by: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + by);
}

function sumOf(counts: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function inOrder(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
