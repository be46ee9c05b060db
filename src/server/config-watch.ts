import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

const lookEveryMs = 1000;

/**
 * Calls `changed` when the file's content has become another. It reads the file again every second: that costs nothing,
 * and holds for editors that replace files and for a mounted ConfigMap, whose link is switched. A file that is gone for
 * a moment is no change. Returns what ends the watch.
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
  return () => {
    clearInterval(timer);
  };
}
