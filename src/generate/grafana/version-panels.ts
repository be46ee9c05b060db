import type { Config } from "../../config/config.ts";
import { recorded } from "../promql/metric-names.ts";
import { arith, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { graph, instantQuery, rangeQuery, share, table, type PanelBody } from "./panel.ts";
import { tagLegend } from "./quality-panels.ts";
import { chosenModel, hasVersion, inWindow, variable } from "./variables.ts";

const stable: Matcher = ["version", "=", variable("stable")];
const others: Matcher = ["version", "!=", variable("stable")];

/** The versions of a model against each other; nothing where tags have no version. */
export function versionPanels(config: Config): readonly PanelBody[] {
  return hasVersion(config) ? [sideBySide(), difference(config), overTime(config)] : [];
}

const figures = [
  ["samples", "Outcomes", recorded.samples, []],
  ["accuracy", "Accuracy", recorded.accuracy, []],
  ["balanced", "Balanced accuracy", recorded.balancedAccuracy, []],
  ["f1", "Macro F1", recorded.f1Average, [["average", "=", "macro"]]],
] as const;

function sideBySide(): PanelBody {
  return table(
    { title: "Versions side by side", description: "Every version of the model over the chosen window." },
    figures.map(([refId, , name, more]) =>
      instantQuery(refId, selector(name, [...chosenModel, inWindow, ...more]), "", "table"),
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
        ...figures.map(([refId, title]) => ({
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

function difference(config: Config): PanelBody {
  const apart = (name: string, ...more: readonly Matcher[]): Vector =>
    arith(
      selector(name, [...chosenModel, others, inWindow, ...more]),
      "-",
      selector(name, [...chosenModel, stable, inWindow, ...more]),
      { ignoring: ["version"], group: "left" },
    );
  const legend = tagLegend(config);
  return graph(
    {
      title: "Canary against stable",
      description:
        "How much better (above 0) or worse (below 0) each other version is than the one chosen to compare with, at the same time. With few outcomes a difference may be chance: see the samples.",
    },
    [
      rangeQuery("accuracy", apart(recorded.accuracy), `${legend} accuracy`.trim()),
      rangeQuery("f1", apart(recorded.f1Average, ["average", "=", "macro"]), `${legend} macro F1`.trim()),
    ],
    { unit: "percentunit", decimals: 1 },
  );
}

function overTime(config: Config): PanelBody {
  return graph(
    { title: "Accuracy of each version", description: "All versions of the model, whichever are chosen above." },
    [rangeQuery("accuracy", selector(recorded.accuracy, [...chosenModel, inWindow]), tagLegend(config))],
    share,
  );
}
