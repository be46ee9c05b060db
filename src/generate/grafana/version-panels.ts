import { countMetrics } from "../../quality/counts.ts";
import { accuracy, balancedAccuracy, f1 } from "../../quality/metrics.ts";
import { recordedAverage, recordedName } from "../promql/metric-names.ts";
import { arith, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { graph, instantQuery, rangeQuery, share, table, type PanelBody } from "./panel.ts";
import { tagLegend } from "./quality-panels.ts";
import { selectedModel, hasVersion, selectedWindow, variable } from "./variables.ts";

const stable: Matcher = ["version", "=", variable("stable")];
const others: Matcher = ["version", "!=", variable("stable")];

/** Builds the panels that compare the versions of a model; none where tags have no version. */
export function versionPanels(tagLabels: readonly string[]): readonly PanelBody[] {
  return hasVersion(tagLabels) ? [sideBySide(), difference(tagLabels), overTime(tagLabels)] : [];
}

const columns = [
  ["samples", "Outcomes", recordedName(countMetrics.samples), []],
  ["accuracy", "Accuracy", recordedName(accuracy), []],
  ["balanced", "Balanced accuracy", recordedName(balancedAccuracy), []],
  ["f1", "Macro F1", recordedAverage(f1), [["average", "=", "macro"]]],
] as const;

function sideBySide(): PanelBody {
  return table(
    { title: "Versions side by side", description: "Every version of the model over the chosen window." },
    columns.map(([refId, , name, more]) =>
      instantQuery(refId, selector(name, [...selectedModel, selectedWindow, ...more]), "", "table"),
    ),
    {
      defaults: share,
      custom: {},
      overrides: [
        {
          matcher: { id: "byName", options: "Value #samples" },
          properties: [
            { id: "unit", value: "short" },
            { id: "decimals", value: 0 },
            { id: "max", value: null },
          ],
        },
        ...columns.map(([refId, title]) => ({
          matcher: { id: "byName", options: `Value #${refId}` },
          properties: [{ id: "displayName", value: title }],
        })),
      ],
      transformations: [
        { id: "merge", options: {} },
        {
          id: "organize",
          options: {
            excludeByName: Object.fromEntries(
              ["Time", "__name__", "model", "window", "average"].map((name) => [name, true]),
            ),
          },
        },
        { id: "sortBy", options: { sort: [{ field: "version" }] } },
      ],
    },
  );
}

function difference(tagLabels: readonly string[]): PanelBody {
  const apart = (name: string, ...more: readonly Matcher[]): Vector =>
    arith(
      selector(name, [...selectedModel, others, selectedWindow, ...more]),
      "-",
      selector(name, [...selectedModel, stable, selectedWindow, ...more]),
      { ignoring: ["version"], group: "left" },
    );
  const legend = tagLegend(tagLabels);
  return graph(
    {
      title: "Canary against stable",
      description:
        "How much better (above 0) or worse (below 0) each other version is than the one chosen to compare with, at the same time. With few outcomes a difference may be chance: see the samples.",
    },
    [
      rangeQuery("accuracy", apart(recordedName(accuracy)), `${legend} accuracy`.trim()),
      rangeQuery("f1", apart(recordedAverage(f1), ["average", "=", "macro"]), `${legend} macro F1`.trim()),
    ],
    { unit: "percentunit", decimals: 1 },
  );
}

function overTime(tagLabels: readonly string[]): PanelBody {
  return graph(
    { title: "Accuracy of each version", description: "All versions of the model, whichever are chosen above." },
    [
      rangeQuery(
        "accuracy",
        selector(recordedName(accuracy), [...selectedModel, selectedWindow]),
        tagLegend(tagLabels),
      ),
    ],
    share,
  );
}
