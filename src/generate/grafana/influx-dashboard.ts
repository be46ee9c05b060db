import type { Config } from "../../config/config.ts";
import type { InfluxTarget } from "../../config/influxdb-target.ts";
import { yamlText } from "../files/yaml.ts";
import { dashboardOf } from "./dashboard.ts";
import {
  influxClasses,
  influxConfusion,
  influxExporter,
  influxModel,
  influxObjectives,
  influxStats,
} from "./influx-panels.ts";
import { influxVariables } from "./influxql.ts";

/** Sections of the config that the dashboard of InfluxDB depends on. */
type Sections = Pick<Config, "file" | "tagLabels" | "prometheus" | "influxdb">;

/** Writes the dashboard over InfluxDB, with its file name; none where the config has no InfluxDB. */
export function influxDashboards({
  influxdb,
  ...config
}: Sections): readonly (readonly [path: string, text: string])[] {
  if (influxdb === undefined) return [];
  const sections = { ...config, influxdb };
  const head = {
    uid: "model-quality-influxdb",
    title: "Model quality (InfluxDB)",
    variables: influxVariables(sections),
  };
  const dashboard = dashboardOf(config.file, head, [
    { title: "Now", height: 4, perLine: 4, panels: influxStats(sections) },
    { title: "Objectives", height: 9, perLine: 2, panels: influxObjectives(sections) },
    { title: "Confusion", height: 10, perLine: 1, panels: influxConfusion(sections, influxdb.confusion !== "none") },
    { title: "By class", height: 9, perLine: 3, panels: influxClasses(sections) },
    { title: "The whole model", height: 9, perLine: 3, panels: influxModel(sections) },
    { title: "Exporter", height: 8, perLine: 3, panels: influxExporter(sections) },
  ]);
  return [["model-quality-influxdb.json", `${JSON.stringify(dashboard, undefined, 2)}\n`]];
}

/** Writes where Grafana asks InfluxDB, in InfluxQL; none where the config has no InfluxDB. */
export function influxDataSources({
  influxdb,
}: Pick<Config, "influxdb">): readonly (readonly [path: string, text: string])[] {
  if (influxdb === undefined) return [];
  const { jsonData, ...login } = accessOf(influxdb);
  const source = {
    name: "InfluxDB",
    uid: "influxdb",
    type: "influxdb",
    access: "proxy",
    // Grafana takes what follows a single `$` for a variable of its environment.
    url: influxdb.url.replaceAll("$", "$$$$"),
    editable: false,
    ...login,
    jsonData: { ...jsonData, timeInterval: `${influxdb.intervalMs / 1000}s` },
  };
  return [["influxdb.yaml", yamlText({ apiVersion: 1, datasources: [source] })]];
}

/** The database and the login, whose secret Grafana reads from a variable of its environment. */
function accessOf(target: InfluxTarget): {
  readonly user?: string;
  readonly jsonData: Readonly<Record<string, string>>;
  readonly secureJsonData?: Readonly<Record<string, string>>;
} {
  const name = (word: string): string => word.replaceAll("$", "$$$$");
  switch (target.api) {
    case "v1": {
      const { database, username } = target;
      const login = username !== undefined && {
        user: name(username),
        secureJsonData: { password: "$INFLUXDB_PASSWORD" },
      };
      return { jsonData: { dbName: name(database), httpMode: "POST" }, ...login };
    }
    case "v2":
    case "v3": {
      const dbName = name(target.api === "v2" ? target.bucket : target.database);
      if (target.token === undefined) return { jsonData: { dbName, httpMode: "POST" } };
      return {
        jsonData: { dbName, httpMode: "POST", httpHeaderName1: "Authorization" },
        secureJsonData: { httpHeaderValue1: "Token $INFLUXDB_TOKEN" },
      };
    }
  }
}
