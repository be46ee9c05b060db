import type { Objective } from "../../config/config.ts";
import { trialsOf } from "../../objectives/measured.ts";
import { actual, confusionMetric, negative, predicted } from "../../quality/counts.ts";
import type { QueryPart } from "./annotation.ts";
import { tagLevel, type Aggregation } from "./recording-rules.ts";

/** Cells of a confusion matrix that can lower a metric: of the row of its class, of its column, of both, or of all classes. */
export type WrongCells = "row" | "column" | "both" | "all";

/** Chooses the cells that lower the metric of an objective. */
export function wrongCells(objective: Objective): WrongCells {
  if (objective.class === undefined) return "all";
  switch (trialsOf(objective)) {
    case actual:
      return "row";
    case predicted:
    case negative:
      return "column";
    default:
      return "both";
  }
}

/** Builds the sentence on the largest of the wrong cells, summed over replicas. */
export function largestConfusion(
  { tagLabels, prometheus: { replicas } }: Aggregation,
  objective: Objective,
): QueryPart {
  const tag = tagLevel(tagLabels);
  const over = replicas === "mirrored" ? "max" : "sum";
  const cells = (...more: readonly string[]): string =>
    `${confusionMetric.name}{${[...tag.map((label) => `${label}=%q`), ...more].join(",")}}`;
  const row = cells("actual=%q", "predicted!=%q");
  const column = cells("predicted=%q", "actual!=%q");
  const added = (of: string): string => `${over} by (actual, predicted) (${of}) > 0`;
  const ofClass = [...tag, "class", "class"];
  const diagonal = `label_replace(sum by (actual) (${cells()}), "predicted", "$1", "actual", "(?s)(.*)")`;
  const [found, labels] = {
    row: [added(row), ofClass] as const,
    column: [added(column), ofClass] as const,
    both: [added(`${row} or ${column}`), [...ofClass, ...ofClass]] as const,
    all: [`${added(cells())} unless ${diagonal}`, [...tag, ...tag]] as const,
  }[wrongCells(objective)];
  return {
    kind: "query",
    key: "confusion",
    expr: `topk(1, ${found})`,
    labels,
    text: [
      " Largest confusion: ",
      { kind: "resultLabel", label: "actual" },
      " taken for ",
      { kind: "resultLabel", label: "predicted" },
      ", ",
      { kind: "result", decimals: 0 },
      " times.",
    ],
  };
}
