import type { RowPanel, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Config } from "../../config/config.ts";
import { headerLines } from "../files/header.ts";
import { confusionPanels } from "./confusion-panels.ts";
import { dashboardUid } from "../rules/links.ts";
import { exporterPanels } from "./exporter-panels.ts";
import type { Place, PanelBody } from "./panel.ts";
import type { AsJson } from "./json-types.ts";
import { classPanels, samplePanels, statPanels, modelPanels } from "./quality-panels.ts";
import { variables } from "./variables.ts";
import { versionPanels } from "./version-panels.ts";

/** The columns of the grid that panels stand in. */
const columns = 24;

/** A dashboard in the form that every Grafana reads from a file. */
interface Dashboard {
  readonly description: string;
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly editable: boolean;
  /** 1: the cursor is shown in all panels at once. */
  readonly graphTooltip: 0 | 1 | 2;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly AsJson<VariableModel>[] };
  readonly annotations: { readonly list: readonly never[] };
  readonly panels: readonly (AsJson<RowPanel> | Placed)[];
}

type Placed = PanelBody & { readonly id: number; readonly gridPos: Place };

interface Section {
  readonly title: string;
  readonly height: number;
  readonly perLine: number;
  readonly panels: readonly PanelBody[];
}

/**
 * The dashboard of all models. It has no id and no version, which are the database's, so that the file changes only with
 * the config. JSON knows no comments: what wrote the file stands in the description.
 */
export function dashboard(config: Config): Dashboard {
  return {
    description: headerLines(config.file).join(" "),
    uid: dashboardUid,
    title: "Model quality",
    tags: ["model-quality"],
    editable: false,
    graphTooltip: 1,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    schemaVersion: 39,
    templating: { list: variables(config) },
    annotations: { list: [] },
    panels: placed([
      { title: "Now", height: 4, perLine: 5, panels: statPanels(config) },
      { title: "Confusion", height: 10, perLine: 2, panels: confusionPanels(config) },
      { title: "By class", height: 9, perLine: 3, panels: classPanels(config) },
      { title: "The whole model", height: 9, perLine: 2, panels: modelPanels(config) },
      { title: "Samples", height: 8, perLine: 3, panels: samplePanels(config) },
      { title: "Versions", height: 9, perLine: 3, panels: versionPanels(config) },
      { title: "Exporter", height: 8, perLine: 3, panels: exporterPanels() },
    ]),
  };
}

function placed(sections: readonly Section[]): Dashboard["panels"] {
  const all: (AsJson<RowPanel> | Placed)[] = [];
  let y = 0;
  for (const { title, height, perLine, panels } of sections.filter((section) => section.panels.length > 0)) {
    const row = { x: 0, y, w: columns, h: 1 };
    all.push({ type: "row", id: all.length + 1, title, collapsed: false, gridPos: row, panels: [] });
    const w = Math.floor(columns / perLine);
    for (const [index, panel] of panels.entries()) {
      const place = { x: (index % perLine) * w, y: y + 1 + Math.floor(index / perLine) * height, w, h: height };
      all.push({ ...panel, id: all.length + 1, gridPos: place });
    }
    y += 1 + Math.ceil(panels.length / perLine) * height;
  }
  return all;
}
