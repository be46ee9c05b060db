import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { watch } from "chokidar";

/** After so long (ms) a file that is being written is whole, as a rule. */
const wholeAfterMs = 100;

/**
 * Calls `changed` when the file's content has become another than it is now. It reads the file again when the system tells
 * of a change, and every second (`lookEveryMs`) whatever it tells: that costs nothing, and holds for editors that replace
 * files and for a mounted ConfigMap, whose link is switched. A file that is gone for a moment is no change. Returns what
 * ends the watch.
 */
export function watchConfig(file: string, changed: () => void, lookEveryMs = 1000): () => void {
  let known = hashNow(file);
  const look = async (): Promise<void> => {
    const content = await readFile(file).catch(() => undefined);
    if (content === undefined) return;
    const hash = hashOf(content);
    if (known !== undefined && known !== hash) changed();
    known = hash;
  };
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

function hashNow(file: string): string | undefined {
  try {
    return hashOf(readFileSync(file));
  } catch {
    // It is gone for a moment.
    return undefined;
  }
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
