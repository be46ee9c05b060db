import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { watch } from "chokidar";

/** Delay after a file event (ms), for writers to finish. */
const settleMs = 100;

/**
 * Calls `changed` when the file's content changes; returns a function that stops the watch. Reads the file on file system
 * events and every `pollMs`, which also covers editors that replace files and mounted ConfigMaps, whose link is switched.
 * A temporarily missing file is no change.
 */
export function watchConfig(file: string, changed: () => void, pollMs = 1000): () => void {
  let lastHash = currentHash(file);
  const poll = async (): Promise<void> => {
    const content = await readFile(file).catch(() => undefined);
    if (content === undefined) return;
    const hash = hashOf(content);
    if (lastHash !== undefined && lastHash !== hash) changed();
    lastHash = hash;
  };
  const timer = setInterval(() => void poll(), pollMs);
  const watcher = watch(file, { persistent: false, ignoreInitial: true });
  let pending: NodeJS.Timeout | undefined;
  watcher.on("all", () => {
    clearTimeout(pending);
    pending = setTimeout(() => void poll(), settleMs);
  });
  // Polling suffices.
  watcher.on("error", () => undefined);
  return () => {
    clearInterval(timer);
    clearTimeout(pending);
    void watcher.close();
  };
}

function currentHash(file: string): string | undefined {
  try {
    return hashOf(readFileSync(file));
  } catch {
    // Temporarily missing.
    return undefined;
  }
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
