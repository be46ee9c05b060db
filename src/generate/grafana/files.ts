import type { Config } from "../../config/config.ts";
import { dashboard } from "./dashboard.ts";

/** The dashboard as Grafana reads it from a folder. */
export function grafanaFiles(config: Config): readonly (readonly [path: string, text: string])[] {
  return [["model-quality.json", `${JSON.stringify(dashboard(config), undefined, 2)}\n`]];
}
