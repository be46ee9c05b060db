import type { FileStatus } from "../source/source.ts";
import type { LineCounts, RecentCount } from "./recent-counts.ts";

/** How far a source has been read. */
export interface SourceStatus extends RecentCount {
  readonly source: string;
  /** Files that are followed. */
  readonly files: number;
  /** Why files are not read, each reason once. */
  readonly problems: readonly string[];
  /** How long the file that is furthest behind has had unread data (s). */
  readonly behindSeconds: number;
  readonly behindBytes: number;
  /** Time since data was read (s); null before that. */
  readonly lastReadSecondsAgo: number | null;
  /** Lines since the process started. */
  readonly read: number;
}

/** What the status of sources is made of. */
export interface SourceStatusInput {
  /** Names of the sources of the config. */
  readonly names: readonly string[];
  readonly lines: readonly LineCounts[];
  readonly files: readonly FileStatus[];
  readonly lately: (counts: LineCounts) => RecentCount;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Most problems that are told of one source. */
const mostProblems = 3;

/** Tells of each source of the config how far it has been read, in the order of the config. */
export function sourceStatuses({ names, lines, files, lately, now }: SourceStatusInput): readonly SourceStatus[] {
  return names.map((source) => {
    const counts = lines.find((one) => one.source === source) ?? { source, read: 0, rejected: {} };
    const own = files.filter((file) => file.source === source);
    const lastRead = Math.max(0, ...own.map(({ lastReadSeconds }) => lastReadSeconds));
    const problems = new Set(own.flatMap(({ problem }) => problem ?? []));
    return {
      source,
      files: own.filter(({ state }) => state !== "refused").length,
      problems: [...problems].slice(0, mostProblems),
      behindSeconds: Math.max(0, ...own.map(({ lagSeconds = 0 }) => lagSeconds)),
      behindBytes: own.reduce((sum, { lagBytes = 0 }) => sum + lagBytes, 0),
      lastReadSecondsAgo: lastRead > 0 ? Math.max(0, now / 1000 - lastRead) : null,
      read: counts.read,
      ...lately(counts),
    };
  });
}
