import type { LogCases, Scene } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";
import { PodLogs } from "./pod-logs.ts";

/** By what name the daemon finds a container's log. */
interface Way {
  readonly glob: string;
  readonly linksTo?: readonly string[];
  readonly pathOf: (logs: PodLogs) => string;
}

const ways: Readonly<Record<string, Way>> = {
  "by the links in containers": {
    glob: "var/log/containers/*.log",
    linksTo: ["var/log/pods"],
    pathOf: ({ link }) => link,
  },
  "by the folders in pods": { glob: "var/log/pods/*/*/*.log", pathOf: ({ log }) => log },
};

/** What happens to the logs of a container: see `LogCase`. */
type PodScene = (logs: PodLogs, folder: LogFolder, pathOf: Way["pathOf"]) => Promise<void> | void;

function rotateOnceMore(logs: PodLogs): void {
  logs.write(2);
  logs.rotateUnopened();
  logs.write(2);
  logs.reopen();
  logs.write(2);
}

function partTwice(logs: PodLogs): void {
  logs.write(2);
  for (let time = 0; time < 2; time++) {
    logs.writePiece();
    logs.rotate();
    logs.writeRest();
    logs.write(2);
  }
}

const stories: Readonly<Record<string, readonly PodScene[]>> = {
  "rotated more often than files are kept": [
    async (logs, folder) => {
      logs.write(3);
      for (let time = 0; time < 6; time++) {
        rotateOnceMore(logs);
        if (time % 2 === 1) await folder.settled();
      }
    },
    (logs) => {
      rotateOnceMore(logs);
      rotateOnceMore(logs);
    },
    rotateOnceMore,
    rotateOnceMore,
    rotateOnceMore,
  ],
  "the container restarts": [
    async (logs, folder) => {
      logs.write(3);
      await folder.settled();
      logs.write(2);
      logs.restart();
      logs.write(2);
      await folder.settled();
      rotateOnceMore(logs);
      logs.restart();
      logs.write(2);
    },
    (logs) => {
      rotateOnceMore(logs);
      logs.restart();
      logs.write(2);
    },
    (logs) => {
      logs.write(2);
      logs.restart();
      rotateOnceMore(logs);
    },
  ],
  "the pod is deleted": [
    async (logs, folder) => {
      logs.write(3);
      rotateOnceMore(logs);
      await folder.settled();
      logs.remove();
      const next = new PodLogs(folder, 2);
      next.write(2);
      await folder.settled();
      next.write(2);
      next.remove();
    },
    (_logs, folder) => {
      new PodLogs(folder, 3).write(2);
    },
    () => undefined,
  ],
  "the end of a line comes after rotation": [
    async (logs, folder, pathOf) => {
      logs.write(2);
      logs.writePiece();
      await folder.read(pathOf(logs));
      logs.rotate();
      logs.writeRest();
      await folder.settled();
      // Nobody waits until the first piece is read.
      logs.writePiece();
      logs.rotate();
      logs.writeRest();
      logs.write(2);
    },
  ],
  "a line comes in pieces in three files": [
    async (logs, folder) => {
      logs.write(2);
      logs.writePiece();
      logs.rotate();
      logs.writePiece();
      await folder.settled();
      logs.rotate();
      logs.writePiece();
      logs.writeRest();
      logs.write(2);
    },
  ],
  "a line of each stream comes in pieces": [
    (logs) => {
      logs.write(2);
      logs.writePiece();
      logs.writePiece("stderr");
      logs.rotate();
      logs.writePiece("stderr");
      logs.writeRest();
      logs.write(1);
      logs.writeRest("stderr");
    },
  ],
  "lines come in pieces, and the log is rotated twice between two looks": [
    partTwice,
    partTwice,
    (logs) => {
      logs.write(2);
    },
  ],
  "the first piece comes when the new log is there already": [
    async (logs, folder) => {
      logs.write(2);
      await folder.settled();
      logs.rotateUnopened();
      logs.create();
      await folder.follows(2);
      logs.writePiece();
      logs.reopen();
      logs.writeRest();
      logs.write(2);
    },
  ],
  "between the pieces the daemon is killed": [
    async (logs, folder, pathOf) => {
      logs.write(2);
      logs.writePiece();
      await folder.read(pathOf(logs));
    },
    (logs) => {
      logs.rotate();
      logs.writeRest();
    },
    async (logs, folder) => {
      logs.write(2);
      await folder.settled();
      logs.writePiece();
    },
    (logs) => {
      logs.writePiece();
      logs.rotate();
      logs.writeRest();
    },
    () => undefined,
  ],
  "between the pieces the daemon is killed when the new log is empty": [
    async (logs, folder) => {
      logs.write(2);
      logs.writePiece();
      logs.rotate();
      await folder.follows(2);
    },
    () => undefined,
    (logs) => {
      logs.writePiece();
    },
    () => undefined,
    (logs) => {
      logs.writeRest();
    },
  ],
  "the container ends in the middle of a line": [
    async (logs, folder, pathOf) => {
      logs.write(2);
      logs.writePiece();
      await folder.read(pathOf(logs));
      logs.restart();
      logs.write(2);
    },
    (logs) => {
      logs.writePiece();
      logs.restart();
      logs.write(2);
    },
    async (logs, folder) => {
      logs.write(2);
      // Of the container before the last one, of which nothing is left, there was the beginning of a line.
      await folder.rejected("line_lost", 1);
    },
  ],
};

const logsOf = new WeakMap<LogFolder, PodLogs>();

/** The logs in a folder, which go on from scene to scene. */
function logsIn(folder: LogFolder): PodLogs {
  const logs = logsOf.get(folder) ?? new PodLogs(folder);
  logsOf.set(folder, logs);
  return logs;
}

/** The logs of a container that the kubelet rotates. */
export const podLogCases: LogCases = Object.fromEntries(
  Object.entries(ways).flatMap(([way, { glob, linksTo, pathOf }]) =>
    Object.entries(stories).map(([story, scenes]) => {
      const played = scenes.map(
        (scene): Scene =>
          (folder) =>
            scene(logsIn(folder), folder, pathOf),
      );
      return [
        `${story}, ${way}`,
        { files: [glob], ...(linksTo && { linksTo }), wrapper: "cri" as const, scenes: played },
      ];
    }),
  ),
);
