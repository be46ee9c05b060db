import type { PageMetric } from "../quality/page-metrics.ts";

/** Parts of the page that leave past `limits.maxSeries`, in this order. */
export const leavingParts = ["cells", "class_ratios", "averages", "class_samples"] as const;

/** One of `leavingParts`. */
export type LeavingPart = (typeof leavingParts)[number];

/** Part of the page: one that may leave, or what always stays. */
export type PagePart = LeavingPart | "kept";

/** Series of a page by its parts. */
export type PartCounts = Readonly<Record<PagePart, number>>;

/** Series of quality on a page. */
export interface PageSeries {
  /** Those that are on it. */
  readonly written: number;
  /** Those that are not, past the limit; 0 for parts that are on it. */
  readonly leftOut: Readonly<Record<LeavingPart, number>>;
}

/** Series of a page without figures. */
export const noSeries: PageSeries = fit({ kept: 0, cells: 0, class_ratios: 0, averages: 0, class_samples: 0 }, 0);

/** Tells which part of a page a metric of a window is; `isOwed` where an objective reads the sums of the classes. */
export function partOf(metric: PageMetric, isOwed: boolean): PagePart {
  switch (metric.scope) {
    case "window":
      return "kept";
    case "average":
      return "averages";
    case "cell":
      return "cells";
    case "class":
      // Only counts have a value where nothing was seen.
      if (metric.unseen === null) return "class_ratios";
      return isOwed ? "kept" : "class_samples";
  }
}

/** Leaves out parts until the others fit the limit, or all that may leave have left. */
export function fit(counts: PartCounts, limit: number): PageSeries {
  const leftOut = { cells: 0, class_ratios: 0, averages: 0, class_samples: 0 };
  let written = counts.kept + leavingParts.reduce((sum, part) => sum + counts[part], 0);
  for (const part of leavingParts) {
    if (written <= limit) break;
    leftOut[part] = counts[part];
    written -= counts[part];
  }
  return { written, leftOut };
}
