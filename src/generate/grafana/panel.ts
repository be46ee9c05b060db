import type { GridPos, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type { FieldConfig as GraphFields, Options as GraphOptions } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Options as StatOptions } from "@grafana/grafana-foundation-sdk/stat";
import type { FieldConfig as TableFields, Options as TableOptions } from "@grafana/grafana-foundation-sdk/table";
import type { Vector } from "../promql/builder.ts";
import type { AsJson } from "./json-types.ts";
import { dashboardExpression, dataSource } from "./variables.ts";

/** Panel without its id and its position. */
export type PanelBody = Omit<AsJson<Panel>, "id" | "gridPos"> & Required<Pick<AsJson<Panel>, "title" | "description">>;
/** Position of a panel in the grid. */
export type GridPosition = AsJson<GridPos>;
/** Query of a panel. */
export type Query = AsJson<Dataquery>;
/** Queries of a panel, in the language of its data source. */
export type Queries = NonNullable<PanelBody["targets"]>;
/** Units and ranges of the values of a panel. */
export type Fields = NonNullable<AsJson<Panel>["fieldConfig"]>["defaults"];
type Override = NonNullable<AsJson<Panel>["fieldConfig"]>["overrides"][number];

/** Texts of a panel. */
export interface PanelText {
  readonly title: string;
  /** Description of what it shows and how to read it. */
  readonly description: string;
}

/** Builds a query over the time that is shown; `legend` names its series, as `{{class}}`. */
export function rangeQuery(refId: string, expr: Vector | string, legend: string): Query {
  return { ...query(refId, expr), range: true, legendFormat: legend };
}

/** Builds a query of the present values; as a table it gives one row a series. */
export function instantQuery(
  refId: string,
  expr: Vector | string,
  legend: string,
  format: "table" | "time_series",
): Query {
  return { ...query(refId, expr), instant: true, format, legendFormat: legend };
}

function query(refId: string, expr: Vector | string): Query {
  return {
    refId,
    datasource: dataSource,
    editorMode: "code",
    expr: typeof expr === "string" ? expr : dashboardExpression(expr),
  };
}

/** Unit and range of a share, 0 to 1. */
export const share: Fields = { unit: "percentunit", min: 0, max: 1, decimals: 1 };

/** Builds a panel of lines over time. */
export function graph(
  text: PanelText,
  targets: Queries,
  defaults: Fields,
  overrides: readonly Override[] = [],
): PanelBody {
  const custom: AsJson<GraphFields> = { drawStyle: "line", lineWidth: 2, fillOpacity: 0, showPoints: "never" };
  const options: AsJson<GraphOptions> = {
    legend: { displayMode: "table", placement: "bottom", showLegend: true, calcs: ["lastNotNull"] },
    tooltip: { mode: "multi", sort: "desc" },
  };
  return {
    type: "timeseries",
    ...text,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults: { ...defaults, custom }, overrides },
    options,
  };
}

/** Builds a panel of large numbers. */
export function stat(text: PanelText, targets: Queries, defaults: Fields): PanelBody {
  const options: AsJson<StatOptions> = {
    graphMode: "area",
    colorMode: "none",
    justifyMode: "auto",
    textMode: "auto",
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: "standard",
    reduceOptions: { calcs: ["lastNotNull"], values: false },
    orientation: "auto",
  };
  return {
    type: "stat",
    ...text,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults, overrides: [] },
    options,
  };
}

/** Builds a table. */
export function table(
  text: PanelText,
  targets: Queries,
  look: {
    readonly defaults: Fields;
    readonly custom: Partial<AsJson<TableFields>>;
    readonly overrides: readonly Override[];
    readonly transformations: NonNullable<AsJson<Panel>["transformations"]>;
  },
): PanelBody {
  const custom: AsJson<TableFields> = { align: "auto", inspect: false, ...look.custom };
  const options: AsJson<TableOptions> = { frameIndex: 0, showHeader: true, cellHeight: "sm" };
  return {
    type: "table",
    ...text,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults: { ...look.defaults, custom }, overrides: look.overrides },
    options,
    transformations: look.transformations,
  };
}
