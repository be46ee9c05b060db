import { inTurns } from "../in-turns.ts";
import type { AnyEntry } from "../serializable.ts";

/** What has changes to commit; see `Stage.changes`. */
export interface Changing {
  changes(): Iterable<AnyEntry>;
}

/**
 * Takes the changes of all parts as of now: offsets and what was counted belong together. The entries are made in turns
 * between which lines are read, however many there are; until then nothing else may take changes.
 */
export async function takeChanges(parts: readonly Changing[]): Promise<AnyEntry[]> {
  // No await in between.
  const changes = parts.map((part) => part.changes());
  const entries: AnyEntry[] = [];
  for (const one of changes) await inTurns(one, (entry) => entries.push(entry));
  return entries;
}
