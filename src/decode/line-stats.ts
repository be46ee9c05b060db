import { leftOutReasons, rejectReasons, skipReasons, type RejectReason, type SkipReason } from "./event.ts";
import { FieldSurvey } from "./field-survey.ts";
import { truncatedEnd, printableBytes, printableText } from "./printable.ts";

/** A rejected line, truncated for display. */
export interface RejectedLine {
  readonly source: string;
  readonly file: string;
  /** Number of the line in the body that was posted; undefined for a line of a file. */
  readonly lineNumber?: number | undefined;
  readonly reason: RejectReason;
  /** The field, and the expected value. */
  readonly detail: string;
  /** The line's beginning: invisible characters as `\u{202e}`, bytes that are not UTF-8 as `\xff`. */
  readonly line: string;
  /** Unix milliseconds. */
  readonly time: number;
}

/** Line counts by result: `read` is the sum of `accepted`, `rejected` and `skipped`. */
export interface LineTotals {
  readonly read: number;
  readonly accepted: number;
  /** Counts by reason, without zeros. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Counts of valid lines without an outcome by reason, without zeros. */
  readonly skipped: Readonly<Record<string, number>>;
}

const keptPerSource = 10;
const samplesPerReason = 2;
const keptBytes = 500;

interface Kept extends Omit<RejectedLine, "line"> {
  readonly head: Buffer;
}

/** Outcomes with an unlikely time. */
export interface Misplaced {
  /** Too old for at least one time window. */
  late: number;
  /** From further in the future than is tolerated. */
  future: number;
}

/** Line counts and recent rejections of one source. */
export class SourceLineStats implements LineTotals {
  readonly source: string;
  /** Accepted lines, without blank ones. */
  accepted = 0;
  /** Accepted lines without a time. */
  untimed = 0;
  /** Outcomes of accepted lines: of a batch those of all its elements. */
  outcomes = 0;
  /** Events without a label, those in accepted batches too. */
  unlabelled = 0;
  /** Misplaced outcomes of accepted lines of the backlog, and of later ones. */
  readonly misplaced: { readonly backlog: Misplaced; readonly live: Misplaced } = {
    backlog: { late: 0, future: 0 },
    live: { late: 0, future: 0 },
  };
  /** Outcomes of accepted lines whose tag is past `maxTags`. */
  dropped = 0;
  /** Fields of lines that lack one. */
  readonly survey = new FieldSurvey();
  /** Fields of lines that do not meet the conditions. */
  readonly leftOut = new FieldSurvey();
  readonly #rejected = new Map<RejectReason, number>();
  readonly #skipped = new Map<SkipReason, number>(skipReasons.map((reason) => [reason, 0]));
  readonly #recent: Kept[] = [];
  readonly #samples = new Map<RejectReason, readonly Kept[]>();

  constructor(source: string) {
    this.source = source;
  }

  /** Counts an accepted line. */
  accept(isTimed: boolean): void {
    this.accepted++;
    if (!isTimed) this.untimed++;
  }

  /** Counts a rejected line; copies `line`. */
  reject(file: string, reason: RejectReason, detail: string, line: Buffer, time: number, lineNumber?: number): void {
    increase(this.#rejected, reason, 1);
    if (this.#recent.length === keptPerSource) this.#recent.shift();
    const head = Buffer.from(line.subarray(0, truncatedEnd(line, 0, line.length, keptBytes)));
    const kept = { source: this.source, file, lineNumber, reason, detail, head, time };
    this.#recent.push(kept);
    const samples = this.#samples.get(reason) ?? [];
    const isNew = samples.length < samplesPerReason && !samples.some((sample) => sample.detail === detail);
    if (isNew) this.#samples.set(reason, [...samples, kept]);
  }

  /** Counts a valid line without an outcome. */
  skip(reason: SkipReason): void {
    increase(this.#skipped, reason, 1);
  }

  get read(): number {
    return this.accepted + sumOf(this.#rejected) + sumOf(this.#skipped);
  }

  /** Skipped lines that the config leaves out, events or not. */
  get leftOutLines(): number {
    return leftOutReasons.reduce((sum, reason) => sum + (this.#skipped.get(reason) ?? 0), 0);
  }

  get late(): number {
    return this.misplaced.backlog.late + this.misplaced.live.late;
  }

  get future(): number {
    return this.misplaced.backlog.future + this.misplaced.live.future;
  }

  get rejected(): Record<string, number> {
    return Object.fromEntries(this.#rejected);
  }

  get skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].filter(([, lines]) => lines > 0));
  }

  /** Rejected lines by reason, with zeros. */
  get rejectedByReason(): Record<string, number> {
    return Object.fromEntries(rejectReasons.map((reason) => [reason, this.#rejected.get(reason) ?? 0]));
  }

  /** Skipped lines by reason, with zeros. */
  get skippedByReason(): Record<string, number> {
    return Object.fromEntries(this.#skipped);
  }

  /** The last rejected lines, oldest first. */
  get recent(): readonly RejectedLine[] {
    return this.#recent.map(toRejectedLine);
  }

  /** The first rejected lines of a reason with distinct details. */
  samples(reason: string): readonly RejectedLine[] {
    return [...this.#samples].flatMap(([of, kept]) => (of === reason ? kept.map(toRejectedLine) : []));
  }
}

function toRejectedLine({ head, ...rest }: Kept): RejectedLine {
  return { ...rest, file: printableText(rest.file), detail: printableText(rest.detail), line: printableBytes(head) };
}

/** Line statistics per source. */
export class LineStats {
  readonly #sources = new Map<string, SourceLineStats>();

  /** The statistics of a source, added on first use. */
  of(source: string): SourceLineStats {
    let counts = this.#sources.get(source);
    if (counts === undefined) this.#sources.set(source, (counts = new SourceLineStats(source)));
    return counts;
  }

  get sources(): readonly SourceLineStats[] {
    return [...this.#sources.values()];
  }

  /** Outcomes of all sources that were late, future or dropped. */
  outcomes(placement: "late" | "future" | "dropped"): number {
    return this.sources.reduce((sum, counts) => sum + counts[placement], 0);
  }

  /** Sum over all sources, reasons in code-unit order. */
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
