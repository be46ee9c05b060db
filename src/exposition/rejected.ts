import type { RejectedLine, SourceLineStats } from "../decode/line-stats.ts";

/** Output of `/api/v1/rejected`. */
export interface RejectedReport {
  /** Why the text of lines is left out; absent where it is there. */
  readonly hidden?: string;
  readonly counts: readonly { readonly source: string; readonly rejected: Readonly<Record<string, number>> }[];
  readonly lines: readonly RejectedReportLine[];
}

/** A rejected line; its text, and values in the reason, are absent where they are hidden. */
export type RejectedReportLine = Pick<RejectedLine, "source" | "file" | "reason"> &
  Partial<Pick<RejectedLine, "detail" | "line">> & {
    /** RFC 3339. */
    readonly time: string;
  };

/** Reports the last rejected lines; without their text and values, which may be anybody's, unless `withText`. */
export function rejectedReport(
  sources: readonly Pick<SourceLineStats, "source" | "rejected" | "recent">[],
  withText: boolean,
): RejectedReport {
  return {
    ...(withText
      ? {}
      : { hidden: "text of lines: start with --web.show-lines, or with a login in --web.config.file, to show it" }),
    counts: sources.map(({ source, rejected }) => ({ source, rejected })),
    lines: sources.flatMap(({ recent }) => recent.map((line) => shown(line, withText))),
  };
}

function shown({ line, detail, time, ...rest }: RejectedLine, withText: boolean): RejectedReportLine {
  return { ...rest, ...(withText ? { detail, line } : {}), time: new Date(time).toISOString() };
}
