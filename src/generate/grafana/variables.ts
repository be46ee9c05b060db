import type { VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Config } from "../../config/config.ts";
import { gauges } from "../promql/metric-names.ts";
import { formatExpression } from "../promql/format.ts";
import { selector, type Matcher, type Vector } from "../promql/builder.ts";
import type { AsJson } from "./json-types.ts";

/** What the dashboard lets one choose, and what Grafana itself puts in. */
export type VariableName = "datasource" | "model" | "version" | "window" | "stable" | "__rate_interval";

/**
 * Where a variable goes into an expression. It is put between two characters that mean nothing, so that a `$` in a name
 * of the user's is told from it; `dashboardExpr` makes it what Grafana replaces.
 */
export function variable(name: VariableName): string {
  return `\ue000${name}\ue001`;
}

/**
 * An expression as a panel asks it. A `$` in a name is written as PromQL's escape, for Grafana would replace it if it
 * were followed by the name of a variable, and knows no way to say that it should not.
 */
export function dashboardExpr(expr: Vector): string {
  return formatExpression(expr)
    .replaceAll("$", "\\u0024")
    .replace(/\ue000(datasource|model|version|window|stable|__rate_interval)\ue001/gu, "$$$1");
}

/** The data source that the dashboard's first variable names. */
export const dataSource = { type: "prometheus", uid: "$datasource" } as const;

/** The series that the variables pick. */
export function chosen(config: Config): readonly Matcher[] {
  return [...chosenModel, ...(hasVersion(config) ? [["version", "=~", variable("version")] as const] : []), inWindow];
}

/** The series of the model, whatever its version and window. */
export const chosenModel: readonly Matcher[] = [["model", "=", variable("model")]];

/** The series of the window. */
export const inWindow: Matcher = ["window", "=", variable("window")];

/** Whether the config's tags have a version: only then is there something to choose and to compare. */
export function hasVersion(config: Config): boolean {
  return config.tagLabels.includes("version");
}

/** The dashboard's variables, in the order in which one depends on another. */
export function variables(config: Config): readonly AsJson<VariableModel>[] {
  const versions = hasVersion(config);
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "prometheus", refresh: 1 },
    labelValues("model", "Model", []),
    ...(versions
      ? [
          {
            ...labelValues("version", "Version", chosenModel),
            multi: true,
            includeAll: true,
            // A tag without a version has to be among all of them.
            allValue: ".*",
            current: { text: "All", value: "$__all" },
          },
        ]
      : []),
    labelValues("window", "Window", chosenModel),
    ...(versions ? [labelValues("stable", "Compare with version", chosenModel, "version")] : []),
  ];
}

function labelValues(
  name: VariableName,
  label: string,
  matchers: readonly Matcher[],
  of: string = name,
): AsJson<VariableModel> {
  const definition = `label_values(${dashboardExpr(selector(gauges.samples, matchers))}, ${of})`;
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
