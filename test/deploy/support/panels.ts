import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A query of a panel, as the dashboard's file has it. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly range?: boolean;
  readonly instant?: boolean;
}

/** A panel, as the dashboard's file has it; a row has no queries. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly { readonly id: string; readonly options: Readonly<Record<string, unknown>> }[];
}

/** A dashboard, as its file has it. */
export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

/** The dashboard that was generated under a folder. */
export function readDashboard(out: string): Dashboard {
  return JSON.parse(readFileSync(join(out, "deploy/grafana/model-quality.json"), "utf8")) as Dashboard;
}

/** A text with the variables in it replaced, as Grafana does for Prometheus: a choice of one is escaped for quotes. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\w+)/gu, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return name === "version" || name.startsWith("__") ? value : value.replace(/[\\"]/gu, "\\$&");
  });
}
