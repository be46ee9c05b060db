/** Line counts of a source since the process started. */
export interface LineCounts {
  readonly source: string;
  readonly read: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/** How a source has done lately. */
export interface RecentCount {
  /** Null before there is anything to compare with. */
  readonly linesPerSecond: number | null;
  /** Rejected lines of the past five minutes by reason, without zeros. */
  readonly rejected: Readonly<Record<string, number>>;
}

interface Note {
  readonly time: number;
  readonly counts: ReadonlyMap<string, LineCounts>;
}

/** Interval of the notes (ms). */
export const noteEveryMs = 10_000;
/** How far back rejected lines are counted (ms). */
const keptMs = 5 * 60_000;

/** Remembers the line counts of the past five minutes, so that a page can tell what is new in them. */
export class RecentCounts {
  readonly #counts: () => readonly LineCounts[];
  #notes: readonly Note[] = [];

  /** `counts` is called at each note. */
  constructor(counts: () => readonly LineCounts[]) {
    this.#counts = counts;
  }

  /** Notes the counts as of `now`, which is monotonic (ms). */
  note(now: number): void {
    const counts = new Map(
      this.#counts().map(({ source, read, rejected }) => [source, { source, read, rejected }] as const),
    );
    const kept = this.#notes.filter(({ time }) => now - time < keptMs + noteEveryMs);
    this.#notes = [...kept, { time: now, counts }];
  }

  /** Compares the counts of a source with those noted before; a source without a note has begun since. */
  lately({ source, read, rejected }: LineCounts, now: number): RecentCount {
    const [oldest] = this.#notes;
    const before = this.#notes.findLast(({ time }) => now - time >= noteEveryMs) ?? oldest;
    const seconds = before === undefined ? 0 : (now - before.time) / 1000;
    const lines = read - (before?.counts.get(source)?.read ?? 0);
    const first = oldest?.counts.get(source)?.rejected ?? {};
    const added = Object.entries(rejected).map(([reason, count]) => [reason, count - (first[reason] ?? 0)] as const);
    return {
      linesPerSecond: seconds < 1 ? null : lines / seconds,
      rejected: Object.fromEntries(added.filter(([, count]) => count > 0)),
    };
  }
}
