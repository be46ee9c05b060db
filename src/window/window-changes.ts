import { isRecord, type EntryKey, type JsonValue } from "../serializable.ts";
import { savedPane } from "./saved-panes.ts";
import type { WindowSpec } from "./options.ts";

/** A saved window that cannot be restored. */
export interface WindowChange {
  /** The window's label. */
  readonly window: string;
  /** `removed`: no longer in the config; `resized`: its panes have another length than the saved ones. */
  readonly change: "removed" | "resized";
  /** Label values of the affected tags, in the order of their first outcomes. */
  readonly tags: readonly string[];
}

/** Finds saved windows that do not match the config's windows. */
export function windowChanges(
  entries: Iterable<readonly [EntryKey, JsonValue]>,
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

function changeOf(value: JsonValue, spec: WindowSpec | undefined): WindowChange["change"] | undefined {
  if (spec === undefined) return "removed";
  // A saved pane starts with its length.
  const isResized = spec.kind === "time" && savedPane(value)[0][0] !== spec.ms / spec.panes;
  return isResized ? "resized" : undefined;
}

function tagText(value: JsonValue): string {
  const labels = isRecord(value) ? value["labels"] : undefined;
  return isRecord(labels) ? Object.values(labels).filter(Boolean).map(String).join(" ") : "";
}
