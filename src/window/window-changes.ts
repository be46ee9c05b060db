import type { EntryKey, Plain } from "../plain.ts";
import type { WindowSpec } from "./options.ts";

/** A window of which what was saved cannot be taken back. */
export interface WindowChange {
  /** The window's label. */
  readonly window: string;
  /** `gone`: the config has it no more; `recut`: its panes have another length than the saved ones. */
  readonly change: "gone" | "recut";
  /** The label values of the tags that lose what it held, in the order in which they were first seen. */
  readonly tags: readonly string[];
}

/** Finds the windows that the saved entries hold and that do not fit the windows of the config. */
export function windowChanges(
  entries: Iterable<readonly [EntryKey, Plain]>,
  windows: readonly WindowSpec[],
): readonly WindowChange[] {
  const tags = new Map<string, string>();
  const changes = new Map<string, { change: WindowChange["change"]; ids: Set<string> }>();
  for (const [[word, id, label], value] of entries) {
    if (word === "tag") tags.set(String(id), tagText(value));
    if (word !== "window") continue;
    const window = String(label);
    const change = changeOf(
      value,
      windows.find((spec) => spec.label === window),
    );
    if (change === undefined) continue;
    const found = changes.get(window) ?? { change, ids: new Set() };
    found.ids.add(String(id));
    changes.set(window, found);
  }
  return [...changes].map(([window, { change, ids }]) => {
    return { window, change, tags: [...ids].map((id) => tags.get(id) ?? "") };
  });
}

function changeOf(value: Plain, spec: WindowSpec | undefined): WindowChange["change"] | undefined {
  if (spec === undefined) return "gone";
  // A pane is saved with its length before what it counts.
  const isRecut = spec.kind === "time" && Array.isArray(value) && value[0] !== spec.ms / spec.panes;
  return isRecut ? "recut" : undefined;
}

function tagText(value: Plain): string {
  if (typeof value !== "object" || value === null || !("labels" in value)) return "";
  const { labels } = value;
  return typeof labels === "object" && labels !== null
    ? Object.values(labels).filter(Boolean).map(String).join(" ")
    : "";
}
