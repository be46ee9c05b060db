import { copyFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import type { LogCases } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";
import { between, copyTruncate, pause, repeated, write } from "./scenes.ts";

/** Lines of 200 bytes with their newline. */
function evenLines(folder: LogFolder, count: number): string {
  return Array.from({ length: count }, () => `${folder.outcomes.nextOf(199)}\n`).join("");
}

function copyTruncateThreeTimes(folder: LogFolder): void {
  for (let time = 0; time < 3; time++) {
    folder.write(3);
    folder.copyTruncate();
  }
}

/** `copytruncate` and content that is replaced in place. */
export const truncationCases: LogCases = {
  "copytruncate with a stale writer: the hole of NUL bytes counts as nothing": {
    scenes: [
      async (folder) => {
        const fd = folder.open(folder.app, "w");
        folder.writeTo(fd, 5);
        for (let time = 0; time < 3; time++) {
          await folder.settled();
          folder.copyTruncate();
          folder.writeTo(fd, 3);
        }
      },
      write(2),
      pause,
    ],
  },
  "a hole longer than a line may be and than the read buffer": {
    scenes: [
      async (folder) => {
        folder.write(3);
        await folder.settled();
        const fd = folder.open(folder.app, "r+");
        truncateSync(folder.app);
        writeSync(fd, folder.outcomes.lines(3), 3_000_000);
        await folder.settled();
        writeSync(fd, folder.outcomes.lines(3), 3_010_000);
      },
    ],
  },
  "copytruncate, both the copy and the original match the glob": {
    files: ["app.log*"],
    scenes: [
      repeated(5, 3, between(2, copyTruncate)),
      between(2, copyTruncate),
      (folder) => {
        folder.write(2, folder.path("app.log.1"));
      },
    ],
  },
  "copytruncate, regrown past the old offset": {
    scenes: [
      async (folder) => {
        folder.write(3);
        await folder.settled();
        folder.write(3);
        folder.copyTruncate();
        folder.write(20);
        await folder.settled();
        folder.write(3);
      },
    ],
  },
  "copied to a name with two separators and truncated, while the daemon is down": {
    scenes: [
      write(3),
      (folder) => {
        folder.write(3);
        copyFileSync(folder.app, folder.path("app__2026-01-02_00-00-00.log"));
        truncateSync(folder.app);
        folder.write(1);
      },
      pause,
    ],
  },
  "copied, and not truncated until later": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        folder.write(40);
        await folder.settled();
        copyFileSync(folder.app, folder.path("app.log.1"));
        folder.write(1);
        await folder.settled();
        copyFileSync(folder.app, folder.path("app.log.1"));
        truncateSync(folder.app);
        folder.write(5);
      },
      (folder) => {
        folder.write(2);
        copyFileSync(folder.app, folder.path("app.log.2"));
      },
      async (folder) => {
        await folder.settled();
        truncateSync(folder.app);
        folder.write(2);
      },
    ],
  },
  "copytruncate three times while the daemon is down": {
    scenes: [
      write(5),
      (folder) => {
        copyTruncateThreeTimes(folder);
        folder.write(2);
      },
      copyTruncate,
      copyTruncateThreeTimes,
      pause,
    ],
  },
  "copytruncate three times while the daemon is down, compressed": {
    scenes: [
      write(5),
      (folder) => {
        for (let time = 0; time < 3; time++) {
          folder.write(3);
          folder.copyTruncate();
          folder.gzip("app.log.1");
        }
        folder.write(2);
      },
      pause,
    ],
  },
  "truncated while the daemon is down, and regrown longer than the saved offset": {
    scenes: [
      write(5),
      (folder) => {
        truncateSync(folder.app);
        folder.write(12);
      },
      pause,
    ],
  },
  "truncated while the daemon is down, and regrown longer, with the same first line": {
    scenes: [
      write(5),
      (folder) => {
        writeFileSync(folder.app, `${folder.outcomes.again(0)}\n`);
        folder.write(12);
      },
      pause,
    ],
  },
  "truncated while the daemon runs, and regrown longer, with the same first line": {
    scenes: [
      async (folder) => {
        folder.write(5);
        await folder.settled();
        writeFileSync(folder.app, `${folder.outcomes.again(0)}\n${folder.outcomes.lines(12)}`);
      },
    ],
  },
  "truncated while the daemon is down, and rewritten to the same length": {
    scenes: [
      (folder) => {
        writeFileSync(folder.app, evenLines(folder, 5));
      },
      (folder) => {
        writeFileSync(folder.app, evenLines(folder, 5));
      },
      pause,
    ],
  },
  "truncated to shorter, equal and longer content": {
    scenes: [
      async (folder) => {
        for (const lines of [5, 3, 3, 4, 4, 9, 1, 1]) {
          writeFileSync(folder.app, evenLines(folder, lines));
          await folder.settled();
        }
      },
    ],
  },
  "truncated to nothing again and again": {
    scenes: [
      async (folder) => {
        for (let time = 0; time < 5; time++) {
          folder.write(2);
          await folder.settled();
          truncateSync(folder.app);
        }
      },
    ],
  },
};
