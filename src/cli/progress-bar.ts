import { statSync } from "node:fs";
import { SingleBar } from "cli-progress";

/** Progress of reading, shown to whoever waits. */
export interface Bar {
  readonly update: (file: string, bytesRead: number) => void;
  readonly stop: () => void;
}

/** Shows a progress bar over all files on a terminal; without effect elsewhere, and where a pipe is among them. */
export function progressBar(files: readonly string[]): Bar {
  const [first = "", ...others] = files;
  const total = process.stderr.isTTY ? sizeOf(files) : undefined;
  if (total === undefined) return { update: () => undefined, stop: () => undefined };
  const name = others.length === 0 ? first : `${files.length} files`;
  const bar = new SingleBar({
    format: `${name.replace(/[{}\p{Cc}]/gu, "?")} [{bar}] {percentage}% | {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  const read = new Map<string, number>();
  let sum = 0;
  bar.start(total, 0);
  return {
    update: (file, bytesRead) => {
      sum += bytesRead - (read.get(file) ?? 0);
      read.set(file, bytesRead);
      bar.update(Math.min(sum, total));
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** Sum of the sizes of files; undefined when one of them has none. */
function sizeOf(files: readonly string[]): number | undefined {
  let sum = 0;
  for (const file of files) {
    const stat = file === "-" ? undefined : statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return undefined;
    sum += stat.size;
  }
  return sum;
}
