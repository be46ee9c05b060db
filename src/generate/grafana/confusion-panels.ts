import { confusionMetric } from "../../quality/counts.ts";
import { aggregateBy, arith, compare, num, selector, type Vector } from "../promql/builder.ts";
import { tagLevel, type Aggregation } from "../rules/recording-rules.ts";
import { instantQuery, share, table, type PanelBody } from "./panel.ts";
import { selected } from "./variables.ts";

/** Name that Grafana gives to the column of row names when a table becomes a matrix. */
const corner = "actual\\predicted";

/** Builds the confusion matrix as a heat map, in outcomes and as shares of each actual class. */
export function confusionPanels(config: Aggregation): readonly [PanelBody, PanelBody] {
  const matrix = counts(config, ["actual", "predicted"]);
  const actual = counts(config, ["actual"]);
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

/** Mirrored replicas all count the same outcomes, so that one of them is enough. */
function counts({ tagLabels, prometheus: { replicas } }: Aggregation, labels: readonly string[]): Vector {
  const series = selector(confusionMetric.name, selected(tagLabels));
  if (replicas === "sharded") return aggregateBy("sum", labels, series);
  return aggregateBy("sum", labels, aggregateBy("max", [...tagLevel(tagLabels), "actual", "predicted"], series));
}

function heatMap(
  text: Parameters<typeof table>[0],
  of: Vector,
  defaults: Parameters<typeof table>[2]["defaults"],
): PanelBody {
  return table(text, [instantQuery("matrix", of, "", "table")], {
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
      // Rows and columns are in the order in which a class first appears.
      { id: "sortBy", options: { sort: [{ field: "actual" }] } },
      { id: "sortBy", options: { sort: [{ field: "predicted" }] } },
      {
        id: "groupingToMatrix",
        options: { rowField: "actual", columnField: "predicted", valueField: "Value", emptyValue: "zero" },
      },
    ],
  });
}
