import { countMetrics } from "../../quality/counts.ts";
import type { VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";

import { formatExpression } from "../promql/format.ts";
import { selector, type Matcher, type Vector } from "../promql/builder.ts";
import type { AsJson } from "./json-types.ts";

/** Names of the dashboard's variables, and of the built-in one that it uses. */
export type VariableName = "datasource" | "model" | "version" | "window" | "stable" | "__rate_interval";

/**
 * Marks the place of a variable in an expression, between two private-use characters, so that a `$` in a name of the
 * user's is no variable; `dashboardExpression` turns the mark into Grafana's notation.
 */
export function variable(name: VariableName): string {
  return `\ue000${name}\ue001`;
}

/**
 * Writes an expression for a panel. A `$` in a name becomes PromQL's escape, since Grafana would replace it before the
 * name of a variable and has no escape of its own.
 */
export function dashboardExpression(expr: Vector): string {
  return formatExpression(expr)
    .replaceAll("$", "\\u0024")
    .replace(/\ue000(datasource|model|version|window|stable|__rate_interval)\ue001/gu, "$$$1");
}

/** Data source that the first variable selects. */
export const dataSource = { type: "prometheus", uid: "$datasource" } as const;

/** Builds the matchers of the series that the variables select. */
export function selected(tagLabels: readonly string[]): readonly Matcher[] {
  const versions = hasVersion(tagLabels) ? [["version", "=~", variable("version")] as const] : [];
  return [...selectedModel, ...versions, selectedWindow];
}

/** Matchers of the selected model, in any version and window. */
export const selectedModel: readonly Matcher[] = [["model", "=", variable("model")]];

/** Matcher of the selected window. */
export const selectedWindow: Matcher = ["window", "=", variable("window")];

/** Tells whether tags have a version: only then can versions be selected and compared. */
export function hasVersion(tagLabels: readonly string[]): boolean {
  return tagLabels.includes("version");
}

/** Builds the dashboard's variables, in the order in which they depend on each other. */
export function variables(tagLabels: readonly string[]): readonly AsJson<VariableModel>[] {
  const versions = hasVersion(tagLabels);
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "prometheus", refresh: 1 },
    labelValues("model", "Model", []),
    ...(versions
      ? [
          {
            ...labelValues("version", "Version", selectedModel),
            multi: true,
            includeAll: true,
            // "All" includes tags without a version.
            allValue: ".*",
            current: { text: "All", value: "$__all" },
          },
        ]
      : []),
    labelValues("window", "Window", selectedModel),
    ...(versions ? [labelValues("stable", "Compare with version", selectedModel, "version")] : []),
  ];
}

function labelValues(
  name: VariableName,
  label: string,
  matchers: readonly Matcher[],
  of: string = name,
): AsJson<VariableModel> {
  const definition = `label_values(${dashboardExpression(selector(countMetrics.samples.name, matchers))}, ${of})`;
  return {
    name,
    label,
    type: "query",
    datasource: dataSource,
    definition,
    query: { query: definition, refId: `variable-${name}`, qryType: 1 },
    refresh: 2,
    sort: 5,
  };
}
