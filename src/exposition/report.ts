import type { LineTotals } from "../decode/line-stats.ts";
import { qualityOf, type AverageQuality, type averages, type Quality } from "../quality/quality.ts";
import type { Figure } from "../quality/formulas.ts";
import type { Undeclared } from "../window/class-monitor.ts";
import type { TagSnapshot } from "../window/tags.ts";

/** Output of `replay --json` and `/api/v1/models`; undefined ratios are null. */
export interface Report {
  readonly tags: readonly TagReport[];
  readonly lines: LineTotals;
  /** Outcomes with an undeclared class, by model. */
  readonly undeclared: Readonly<Record<string, Undeclared>>;
}

/** One tag with its windows. */
export interface TagReport {
  readonly labels: Readonly<Record<string, string>>;
  readonly windows: readonly WindowReport[];
}

/** Metrics of one tag in one window. */
export interface WindowReport {
  readonly window: string;
  readonly samples: number;
  /** Outcomes of classes past the limit; while there are any, metrics over all classes are null. */
  readonly overflow: number;
  readonly classes: readonly string[];
  /** Rows are actual, columns predicted, both in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: Figure;
  readonly balancedAccuracy: Figure;
  readonly matthewsCorrelation: Figure;
  readonly cohenKappa: Figure;
  readonly averages: Readonly<Record<(typeof averages)[number], AverageQuality>>;
  readonly perClass: Readonly<
    Record<string, { precision: Figure; recall: Figure; f1: Figure; specificity: Figure; support: number }>
  >;
}

/** Makes the report of the snapshots. */
export function report(snapshots: readonly TagSnapshot[], lines: LineTotals, undeclared: Report["undeclared"]): Report {
  return {
    tags: snapshots.map((tag) => ({
      labels: Object.fromEntries(tag.labels.map(({ name, value }) => [name, value])),
      windows: tag.windows.map(({ window, confusion }) => windowReport(window.label, qualityOf(confusion))),
    })),
    lines,
    undeclared,
  };
}

function windowReport(window: string, quality: Quality): WindowReport {
  const { classes, counts } = quality.confusion;
  const perClass = quality.perClass.map(({ class: name, precision, recall, f1, specificity, actual }) => {
    return [name, { precision, recall, f1, specificity, support: actual }] as const;
  });
  return {
    window,
    samples: quality.samples,
    overflow: quality.overflow,
    classes,
    confusion: classes.map((_name, row) => [...counts.subarray(row * classes.length, (row + 1) * classes.length)]),
    accuracy: quality.accuracy,
    balancedAccuracy: quality.balancedAccuracy,
    matthewsCorrelation: quality.matthewsCorrelation,
    cohenKappa: quality.cohenKappa,
    averages: quality.averages,
    // Object.fromEntries handles a class named __proto__ like any other.
    perClass: Object.fromEntries(perClass),
  };
}
