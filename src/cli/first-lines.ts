import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { LineStats } from "../decode/line-stats.ts";
import { printableText } from "../decode/printable.ts";
import { Pipeline } from "../pipeline.ts";
import type { Search } from "../source/discovery/discover.ts";
import { readWhole } from "../source/reading/whole-file.ts";
import { EventTimeline, FutureLimit } from "../timeline.ts";
import { ClassMonitor } from "../window/class-monitor.ts";
import { uncountedNote } from "./uncounted-note.ts";

/** Lines to read of a source, unless one counts before. */
const maxLines = 1000;

/** Reads the first lines of the newest file of each source; lists the sources of which none counts, with the reasons. */
export async function uncountedNotes(config: Config, searches: readonly Search[]): Promise<string[]> {
  const notes: string[] = [];
  for (const [index, { source, decode }] of config.sources.entries()) {
    const found = searches[index]?.found ?? [];
    const [newest] = found.toSorted((a, b) => Number(b.stat.mtimeNs - a.stat.mtimeNs));
    if (newest === undefined) continue;
    const lines = new LineStats();
    const timeline = new EventTimeline(wallClock, new FutureLimit(wallClock, config.limits.futureToleranceMs));
    const pipeline = new Pipeline(config, timeline, lines, new ClassMonitor());
    const counts = lines.of(source.name);
    const { path, real } = newest;
    try {
      await readWhole(real, pipeline.open({ source: source.name, path, firstLine: undefined }, undefined), {
        maxLineBytes: config.limits.maxLineBytes,
        isEnough: () => counts.accepted > 0 || counts.read >= maxLines,
      });
    } catch {
      // Whether the daemon may read it is not known here.
      continue;
    }
    const note = uncountedNote(counts, decode, true);
    if (note !== undefined) notes.push(printableText(`${path}: ${note}`));
  }
  return notes;
}
