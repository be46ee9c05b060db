import type { Scene } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";

/** Nothing happens. */
export const pause: Scene = () => undefined;

/** So many lines are written. */
export function write(count: number): Scene {
  return (folder) => {
    folder.write(count);
  };
}

/** Something happens to the log between two writes of so many lines: the first ones may be unread by then. */
export function between(count: number, change: (folder: LogFolder) => void): Scene {
  return (folder) => {
    folder.write(count);
    change(folder);
    folder.write(count);
  };
}

/** So many lines are written, then as often as given a scene is played once all that was written before it is counted. */
export function repeated(count: number, times: number, scene: Scene): Scene {
  return async (folder) => {
    folder.write(count);
    for (let time = 0; time < times; time++) {
      await folder.settled();
      await scene(folder);
    }
  };
}

/** The log is rotated. */
export function rotate(folder: LogFolder): void {
  folder.rotate();
}

/** The log is rotated and what was rotated is compressed at once. */
export function rotateAndGzip(folder: LogFolder): void {
  folder.rotate();
  folder.gzip("app.log.1");
}

/** The log is copied and truncated. */
export function copyTruncate(folder: LogFolder): void {
  folder.copyTruncate();
}
