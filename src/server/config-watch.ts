import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { watch } from "chokidar";

const lookEveryMs = 1000;
/** After so long (ms) a file that is being written is whole, as a rule. */
const wholeAfterMs = 100;

/**
 * Calls `changed` when the file's content has become another. It reads the file again when the system tells of a change,
 * and every second whatever it tells: that costs nothing, and holds for editors that replace files and for a mounted
 * ConfigMap, whose link is switched. A file that is gone for a moment is no change. Returns what ends the watch.
 */
export function watchConfig(file: string, changed: () => void): () => void {
  let known: string | undefined;
  const look = async (): Promise<void> => {
    const content = await readFile(file).catch(() => undefined);
    if (content === undefined) return;
    const hash = createHash("sha256").update(content).digest("hex");
    if (known !== undefined && known !== hash) changed();
    known = hash;
  };
  void look();
  const timer = setInterval(() => void look(), lookEveryMs);
  const watcher = watch(file, { persistent: false, ignoreInitial: true });
  let soon: NodeJS.Timeout | undefined;
  watcher.on("all", () => {
    clearTimeout(soon);
    soon = setTimeout(() => void look(), wholeAfterMs);
  });
  // Looking every second does without.
  watcher.on("error", () => undefined);
  return () => {
    clearInterval(timer);
    clearTimeout(soon);
    void watcher.close();
  };
}
