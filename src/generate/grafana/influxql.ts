import type { VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Config } from "../../config/config.ts";
import type { AsJson } from "./json-types.ts";
import type { PanelBody, Queries } from "./panel.ts";
import { hasVersion } from "./variables.ts";
import { measurements } from "../../quality/measurements.ts";

/** Data source that the first variable selects. */
const influxSource = { type: "influxdb", uid: "$datasource" } as const;

/** Sections of the config that the queries depend on. */
export interface InfluxSections extends Pick<Config, "tagLabels"> {
  readonly prometheus: Pick<Config["prometheus"], "replicas">;
  readonly influxdb: Pick<NonNullable<Config["influxdb"]>, "intervalMs">;
}

/** Conditions on the tags that the variables select; of a version any number, of the others one. */
export function selectedTags({ tagLabels }: Pick<InfluxSections, "tagLabels">, withWindow = true): string {
  return [
    `"model" = '$model'`,
    ...(hasVersion(tagLabels) ? [`"version" =~ /^$version$/`] : []),
    ...(withWindow ? [`"window" = '$window'`] : []),
  ].join(" AND ");
}

/** Names of the labels that tell the tags of a model apart. */
export function otherLabels({ tagLabels }: Pick<InfluxSections, "tagLabels">): readonly string[] {
  return tagLabels.filter((label) => label !== "model");
}

/** Writes a list of tags to group by. */
export function grouped(tags: readonly string[]): string {
  return tags.map((tag) => `"${tag}"`).join(", ");
}

const overTime = "time($__interval)";

/** What is asked of the replicas at each moment. */
interface Asked {
  readonly measurement: string;
  /** Fields by the names that the outer query gives them. */
  readonly fields: Readonly<Record<string, string>>;
  readonly where: string;
  /** Tags besides the replica's. */
  readonly by: readonly string[];
}

/** Asks each replica for its last values: over time, or of the end of what is shown, no older than four intervals. */
function ofReplicas({ measurement, fields, where, by }: Asked, time: string, steps: readonly string[]): string {
  const values = Object.entries(fields).map(([name, field]) => `last("${field}") AS "${name}"`);
  const groups = [...steps, grouped(["instance", ...by])].join(", ");
  return `SELECT ${values.join(", ")} FROM "${measurement}" WHERE ${time} AND ${where} GROUP BY ${groups}`;
}

/** Writes a query over time of what replicas have counted: their values are added, and divided afterwards. */
export function fleetOverTime(
  select: string,
  asked: Asked,
  options: { readonly by?: readonly string[]; readonly where?: string } = {},
): string {
  const where = ["$timeFilter", ...(options.where === undefined ? [] : [options.where])].join(" AND ");
  const groups = [overTime, ...(options.by ?? asked.by).map((tag) => `"${tag}"`)].join(", ");
  const inner = ofReplicas(asked, "$timeFilter", [overTime]);
  return `SELECT ${select} FROM (${inner}) WHERE ${where} GROUP BY ${groups} fill(none)`;
}

/** Writes a query of the present values of a fleet, as a table. */
export function fleetNow({ influxdb }: InfluxSections, select: string, asked: Asked): string {
  const reach = (4 * influxdb.intervalMs) / 1000;
  const time = `time > $\{__to}ms - ${reach}s AND time <= $\{__to}ms`;
  return `SELECT ${select} FROM (${ofReplicas(asked, time, [])}) GROUP BY ${grouped(asked.by)}`;
}

/** The function that makes one count of those of the replicas: mirrored ones have all counted the same. */
export function addReplicas({ prometheus: { replicas } }: InfluxSections): "sum" | "max" {
  return replicas === "sharded" ? "sum" : "max";
}

/** Makes the query of a panel; `alias` names its series, as `$tag_class`. */
export function influxQuery(refId: string, query: string, alias: string): Queries[number] {
  return asTarget({ refId, datasource: influxSource, query, rawQuery: true, resultFormat: "time_series", alias });
}

/** Makes the query of a table. */
export function influxTable(refId: string, query: string): Queries[number] {
  return asTarget({ refId, datasource: influxSource, query, rawQuery: true, resultFormat: "table" });
}

/** Query in InfluxQL as Grafana's data source reads it. */
interface InfluxTargetQuery {
  readonly refId: string;
  readonly datasource: typeof influxSource;
  readonly query: string;
  readonly rawQuery: true;
  readonly resultFormat: "time_series" | "table";
  readonly alias?: string;
}

function asTarget(query: InfluxTargetQuery): Queries[number] {
  return query;
}

/** Puts a panel on the data source of InfluxDB; points are no closer than the interval of the config. */
export function onInflux(panel: PanelBody, { influxdb }: Pick<InfluxSections, "influxdb">): PanelBody {
  return { ...panel, datasource: influxSource, interval: `${influxdb.intervalMs / 1000}s` };
}

/** Builds the variables of the dashboard, in the order in which they depend on each other. */
export function influxVariables({ tagLabels }: Pick<InfluxSections, "tagLabels">): readonly AsJson<VariableModel>[] {
  const values = (name: string, label: string, where = ""): AsJson<VariableModel> => {
    const query = `SHOW TAG VALUES FROM "${measurements.figures}" WITH KEY = "${name}"${where}`;
    return { name, label, type: "query", datasource: influxSource, definition: query, query, refresh: 2, sort: 5 };
  };
  const ofModel = ` WHERE "model" = '$model'`;
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "influxdb", refresh: 1 },
    values("model", "Model"),
    ...(hasVersion(tagLabels)
      ? [
          {
            ...values("version", "Version", ofModel),
            multi: true,
            includeAll: true,
            // "All" includes tags without a version.
            allValue: ".*",
            current: { text: "All", value: "$__all" },
          },
        ]
      : []),
    values("window", "Window", ofModel),
  ];
}
