import type { GridPos, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type { FieldConfig as GraphFields, Options as GraphOptions } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Options as StatOptions } from "@grafana/grafana-foundation-sdk/stat";
import type { FieldConfig as TableFields, Options as TableOptions } from "@grafana/grafana-foundation-sdk/table";
import type { Vector } from "../promql/builder.ts";
import type { AsJson } from "./json-types.ts";
import { dashboardExpr, dataSource } from "./variables.ts";

/** A panel before it has its place. */
export type PanelBody = Omit<AsJson<Panel>, "id" | "gridPos"> & Required<Pick<AsJson<Panel>, "title" | "description">>;
/** Where a panel is, in the 24 columns of the dashboard. */
export type Place = AsJson<GridPos>;
/** One query of a panel. */
export type Query = AsJson<Dataquery>;
type Fields = NonNullable<AsJson<Panel>["fieldConfig"]>["defaults"];
type Override = NonNullable<AsJson<Panel>["fieldConfig"]>["overrides"][number];

/** What every kind of panel is told. */
export interface Words {
  readonly title: string;
  /** What it shows and how to read it. */
  readonly description: string;
}

/** A query over the time that is shown; `legend` names its series, as `{{class}}`. */
export function rangeQuery(refId: string, expr: Vector | string, legend: string): Query {
  return { ...query(refId, expr), range: true, legendFormat: legend };
}

/** A query of how things stand; as a table it gives one row per series. */
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
    expr: typeof expr === "string" ? expr : dashboardExpr(expr),
  };
}

/** A share, from none to all. */
export const share: Fields = { unit: "percentunit", min: 0, max: 1, decimals: 1 };

/** Lines over time. */
export function graph(
  words: Words,
  targets: readonly Query[],
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
    ...words,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults: { ...defaults, custom }, overrides },
    options,
  };
}

/** Figures in large. */
export function stat(words: Words, targets: readonly Query[], defaults: Fields): PanelBody {
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
    ...words,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults, overrides: [] },
    options,
  };
}

/** Rows and columns. */
export function table(
  words: Words,
  targets: readonly Query[],
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
    ...words,
    datasource: dataSource,
    targets,
    fieldConfig: { defaults: { ...look.defaults, custom }, overrides: look.overrides },
    options,
    transformations: look.transformations,
  };
}
