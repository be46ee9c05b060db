import type { WindowSpec } from "../../window/options.ts";

/** Words a window as it follows "over": `1h`, `the last 1000 outcomes`, `30d that ended 7d ago`. */
export function windowWords(window: WindowSpec): string {
  if (window.kind === "last") return `the last ${window.size} outcomes`;
  return window.olderMs === undefined ? window.label : `${window.label.replace("_older_", " that ended ")} ago`;
}
