import type { RowPanel, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Config } from "../../config/config.ts";
import { headerLines } from "../files/header.ts";
import type { Aggregation } from "../rules/recording-rules.ts";
import { dashboardUid } from "../../config/dashboard-url.ts";
import { confusionPanels } from "./confusion-panels.ts";
import { exporterPanels } from "./exporter-panels.ts";
import type { AsJson } from "./json-types.ts";
import type { GridPosition, PanelBody } from "./panel.ts";
import { classPanels, samplePanels, statPanels, modelPanels } from "./quality-panels.ts";
import { trafficPanels } from "./traffic-panels.ts";
import { variables } from "./variables.ts";
import { versionPanels } from "./version-panels.ts";

/** Columns of the grid. */
const columns = 24;

/** Dashboard as Grafana reads it from a file. */
export interface Dashboard {
  readonly description: string;
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly editable: boolean;
  /** 1 for a shared crosshair. */
  readonly graphTooltip: 0 | 1 | 2;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly AsJson<VariableModel>[] };
  readonly annotations: { readonly list: readonly never[] };
  readonly panels: readonly (AsJson<RowPanel> | Placed)[];
}

type Placed = PanelBody & { readonly id: number; readonly gridPos: GridPosition };

/** Panels under a title. */
interface Section {
  readonly title: string;
  readonly height: number;
  readonly perLine: number;
  readonly panels: readonly PanelBody[];
}

/** Writes the dashboard of all models, with its file name. */
export function dashboardFile(config: DashboardSections): readonly [path: string, text: string] {
  return ["model-quality.json", `${JSON.stringify(dashboard(config), undefined, 2)}\n`];
}

/** Sections of the config that the dashboard depends on. */
export type DashboardSections = Aggregation & Pick<Config, "file" | "models" | "exposition" | "join">;

/**
 * It has no id and no version, which are the database's, so that the file changes only with the config. JSON has no
 * comments: the header is in the description.
 */
function dashboard(config: DashboardSections): Dashboard {
  const { tagLabels, exposition } = config;
  const hasMatrix = exposition.confusion !== "none";
  const head = { uid: dashboardUid, title: "Model quality", variables: variables(tagLabels) };
  return dashboardOf(config.file, head, [
    { title: "Now", height: 4, perLine: 5, panels: statPanels(tagLabels) },
    { title: "Confusion", height: 10, perLine: 2, panels: hasMatrix ? confusionPanels(config) : [] },
    { title: "By class", height: 9, perLine: 3, panels: classPanels(config) },
    { title: "The whole model", height: 9, perLine: 2, panels: modelPanels(config) },
    { title: "Labels", height: 9, perLine: 2, panels: trafficPanels(config) },
    { title: "Samples", height: 8, perLine: 3, panels: samplePanels(tagLabels) },
    { title: "Versions", height: 9, perLine: 3, panels: versionPanels(tagLabels) },
    { title: "Exporter", height: 8, perLine: 3, panels: exporterPanels() },
  ]);
}

/** Makes a dashboard of sections of panels. */
export function dashboardOf(
  file: string,
  {
    uid,
    title,
    variables: list,
  }: Pick<Dashboard, "uid" | "title"> & { readonly variables: Dashboard["templating"]["list"] },
  sections: readonly Section[],
): Dashboard {
  return {
    description: headerLines(file).join(" "),
    uid,
    title,
    tags: ["model-quality"],
    editable: false,
    graphTooltip: 1,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    schemaVersion: 39,
    templating: { list },
    annotations: { list: [] },
    panels: placed(sections),
  };
}

/** Places the panels of sections below each other; sections without panels are left out. */
function placed(sections: readonly Section[]): Dashboard["panels"] {
  const all: (AsJson<RowPanel> | Placed)[] = [];
  let y = 0;
  for (const { title, height, perLine, panels } of sections.filter((section) => section.panels.length > 0)) {
    const row = { x: 0, y, w: columns, h: 1 };
    all.push({ type: "row", id: all.length + 1, title, collapsed: false, gridPos: row, panels: [] });
    const w = Math.floor(columns / perLine);
    for (const [index, panel] of panels.entries()) {
      const gridPos = { x: (index % perLine) * w, y: y + 1 + Math.floor(index / perLine) * height, w, h: height };
      all.push({ ...panel, id: all.length + 1, gridPos });
    }
    y += 1 + Math.ceil(panels.length / perLine) * height;
  }
  return all;
}
