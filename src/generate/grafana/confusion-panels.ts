import type { Config } from "../../config/config.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { aggregateBy, arith, compare, num, selector, type Vector } from "../promql/builder.ts";
import { instantQuery, share, table, type PanelBody } from "./panel.ts";
import { chosen } from "./variables.ts";

const cells = "model_quality_confusion_samples";

/** What Grafana calls the column of the rows' names once a table has become a matrix. */
const corner = "actual\\predicted";

/** The confusion matrix as a heat map, in outcomes and as shares of each actual class. */
export function confusionPanels(config: Config): readonly [PanelBody, PanelBody] {
  const matrix = counted(config, ["actual", "predicted"]);
  const actual = counted(config, ["actual"]);
  return [
    heatMap(
      {
        title: "Confusion matrix",
        description:
          "Outcomes in the window: a row for each actual class, a column for each predicted one. What is off the diagonal is wrong.",
      },
      matrix,
      { unit: "short", decimals: 0, color: { mode: "continuous-blues" } },
    ),
    heatMap(
      {
        title: "Confusion matrix, by actual class",
        description:
          "The same as shares of each row: where the outcomes of an actual class went. The diagonal holds the recall of each class.",
      },
      arith(matrix, "/", compare(actual, ">", num(0)), { ignoring: ["predicted"], group: "left" }),
      { ...share, color: { mode: "continuous-blues" } },
    ),
  ];
}

/** Replicas that read the same log all count the same outcomes: one of them is enough. */
function counted(config: Config, labels: readonly string[]): Vector {
  const series = selector(cells, chosen(config));
  if (config.prometheus.replicas === "sharded") return aggregateBy("sum", labels, series);
  const tag = [namespaceLabel, ...config.tagLabels, "window", "actual", "predicted"];
  return aggregateBy("sum", labels, aggregateBy("max", tag, series));
}

function heatMap(
  words: Parameters<typeof table>[0],
  of: Vector,
  defaults: Parameters<typeof table>[2]["defaults"],
): PanelBody {
  return table(words, [instantQuery("matrix", of, "", "table")], {
    defaults,
    custom: { align: "center", cellOptions: { type: "color-background", mode: "basic" } },
    overrides: [
      {
        matcher: { id: "byName", options: corner },
        properties: [
          { id: "displayName", value: "actual ↓ predicted →" },
          { id: "custom.cellOptions", value: { type: "auto" } },
          { id: "custom.align", value: "left" },
        ],
      },
    ],
    transformations: [
      // Rows and columns stand in the order in which a class first appears.
      { id: "sortBy", options: { sort: [{ field: "actual" }] } },
      { id: "sortBy", options: { sort: [{ field: "predicted" }] } },
      {
        id: "groupingToMatrix",
        options: { rowField: "actual", columnField: "predicted", valueField: "Value", emptyValue: "zero" },
      },
    ],
  });
}
