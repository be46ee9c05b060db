import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { LogCases } from "./log-case.ts";
import { between, pause, repeated, rotateAndGzip, write } from "./scenes.ts";

/** Logs that are compressed once they are rotated away. */
export const archiveCases: LogCases = {
  "compressed after rotation while the daemon was down": {
    scenes: [write(5), between(3, rotateAndGzip), pause],
  },
  "rotated to .1 and .2.gz while the daemon was down (delaycompress)": {
    scenes: [
      write(5),
      (folder) => {
        folder.write(3);
        folder.rotate();
        folder.write(3);
        folder.rotate();
        folder.gzip("app.log.2");
        folder.write(3);
      },
      (folder) => {
        folder.write(2, folder.path("app.log.1"));
        folder.write(2);
      },
    ],
  },
  "rotated and compressed three times while the daemon was down": {
    scenes: [
      write(5),
      (folder) => {
        for (let time = 0; time < 3; time++) {
          folder.write(3);
          rotateAndGzip(folder);
        }
        folder.write(3);
      },
      pause,
      rotateAndGzip,
      write(3),
    ],
  },
  "compressed before the daemon's eyes": {
    scenes: [repeated(3, 3, between(3, rotateAndGzip))],
  },
  "compressed before the daemon's eyes, and everything matches the glob": {
    files: ["app.log*"],
    scenes: [
      repeated(3, 3, between(3, rotateAndGzip)),
      (folder) => {
        folder.write(3);
        rotateAndGzip(folder);
      },
      write(3),
    ],
  },
  "compressed with the next rotation (delaycompress), and everything matches the glob": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        for (let time = 0; time < 4; time++) {
          folder.write(5);
          await folder.settled();
          folder.rotate();
          if (time > 0) folder.gzip("app.log.2");
          folder.write(3);
        }
      },
      (folder) => {
        folder.write(3);
        folder.gzip("app.log.1");
        rotateAndGzip(folder);
        folder.write(3);
      },
      pause,
    ],
  },
  "an older archive that was there at the start and is unpacked later is none of its business": {
    before: (folder) => {
      writeFileSync(folder.path("app.log.1.gz"), gzipSync(folder.unwanted(300)));
      folder.write(3);
    },
    scenes: [
      async (folder) => {
        await folder.settled();
        writeFileSync(folder.path("app.log.1"), gunzipSync(readFileSync(folder.path("app.log.1.gz"))));
        rmSync(folder.path("app.log.1.gz"));
        folder.rotate();
        folder.write(3);
      },
    ],
  },
  "copied, truncated and compressed while the daemon was down": {
    files: ["app.log*"],
    scenes: [
      write(5),
      (folder) => {
        folder.write(3);
        folder.copyTruncate();
        folder.gzip("app.log.1");
        folder.write(3);
      },
      pause,
    ],
  },
  "an archive that was there at the start and matches the glob is read once": {
    files: ["app.log*"],
    scenes: [
      (folder) => {
        folder.write(40, folder.path("app.log.1"));
        folder.gzip("app.log.1");
        folder.write(3);
      },
      (folder) => {
        folder.shift();
      },
      (folder) => {
        folder.shift();
        folder.write(2);
      },
    ],
  },
  "an archive that is still being written": {
    files: ["*.gz"],
    scenes: [
      async (folder) => {
        folder.write(90);
        const bytes = gzipSync(readFileSync(folder.app));
        const half = Math.floor(bytes.length / 2);
        writeFileSync(folder.path("app.log.1.gz"), bytes.subarray(0, half));
        await folder.unread(0, folder.path("app.log.1.gz"));
        appendFileSync(folder.path("app.log.1.gz"), bytes.subarray(half));
      },
    ],
  },
  "an archive of two parts, one behind the other, as `cat a.gz b.gz` makes it": {
    files: ["*.gz"],
    scenes: [
      (folder) => {
        const parts = [folder.outcomes.lines(20), folder.outcomes.lines(20)].map((text) => gzipSync(text));
        writeFileSync(folder.path("all.gz"), Buffer.concat(parts));
      },
    ],
  },
  "compressed with `gzip --keep`, and the original removed later": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        folder.write(20);
        await folder.settled();
        folder.rotate();
        folder.write(3);
        folder.compress("app.log.1");
        await folder.settled();
        rmSync(folder.path("app.log.1"));
        folder.write(3);
      },
    ],
  },
  "compressed, unpacked again beside the archive, and what was unpacked removed later": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        folder.write(20);
        await folder.settled();
        folder.rotate();
        folder.write(3);
        copyFileSync(folder.path("app.log.1"), folder.path("unpacked"));
        folder.gzip("app.log.1");
        renameSync(folder.path("unpacked"), folder.path("app.log.1"));
        await folder.settled();
        rmSync(folder.path("app.log.1"));
        folder.write(3);
      },
    ],
  },
  "copied, written to and truncated, so that the copy ends before what was read, and compressed": {
    scenes: [
      async (folder) => {
        folder.write(40);
        await folder.settled();
        copyFileSync(folder.app, folder.path("app.log.1"));
        folder.write(5);
        await folder.settled();
        writeFileSync(folder.app, "");
        folder.write(3);
        await folder.settled();
        folder.gzip("app.log.1");
        folder.write(1);
      },
      write(3),
      pause,
    ],
  },
  "copied, written to and truncated, and compressed with the next rotation (delaycompress), all in the glob": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        for (let time = 0; time < 3; time++) {
          folder.write(40);
          await folder.settled();
          folder.shift();
          copyFileSync(folder.app, folder.path("app.log.1"));
          folder.write(5);
          await folder.settled();
          writeFileSync(folder.app, "");
          if (time > 0) folder.gzip("app.log.2");
          folder.write(3);
        }
      },
      write(3),
    ],
  },
  "compressed while it is still written to, and read further than what was compressed": {
    scenes: [
      async (folder) => {
        folder.write(40);
        await folder.settled();
        folder.rotate();
        copyFileSync(folder.path("app.log.1"), folder.path("kept"));
        folder.write(5, folder.path("app.log.1"));
        await folder.settled();
      },
      (folder) => {
        renameSync(folder.path("kept"), folder.path("app.log.1"));
        folder.gzip("app.log.1");
        folder.write(2);
      },
      pause,
    ],
  },
  "a backup of it is compressed by hand, twice, and it is truncated later": {
    scenes: [
      async (folder) => {
        for (const name of ["app.log-20261126", "app.log-20261127"]) {
          folder.write(40);
          await folder.settled();
          copyFileSync(folder.app, folder.path(name));
          folder.gzip(name);
        }
        folder.write(5);
        await folder.settled();
        writeFileSync(folder.app, "");
        folder.write(3);
      },
      write(3),
    ],
  },
};
