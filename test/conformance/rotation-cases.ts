import { copyFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import type { LogCase, LogCases, Scene } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";
import { between, pause, rotate, write } from "./scenes.ts";

/** How a log is taken away. */
const ways: Readonly<Record<string, (folder: LogFolder) => void>> = {
  mv: (folder) => {
    folder.rotate();
  },
  cp: (folder) => {
    folder.shift();
    copyFileSync(folder.app, folder.path("app.log.1"));
    rmSync(folder.app);
  },
  rm: (folder) => {
    rmSync(folder.app);
  },
};

/** How the next one comes. */
const comings: Readonly<Record<string, (folder: LogFolder) => void>> = {
  create: (folder) => {
    writeFileSync(folder.app, "");
    folder.write(3);
  },
  nocreate: (folder) => {
    folder.write(3);
  },
  "create from a temporary file": (folder) => {
    folder.write(3, folder.path("temporary"));
    renameSync(folder.path("temporary"), folder.app);
  },
};

/** Every way with every way, twice, with lines that nobody has read at that moment. */
const pairs: LogCases = Object.fromEntries(
  Object.entries(ways).flatMap(([way, take]) =>
    Object.entries(comings).map(([coming, make]) => {
      const scene: Scene = async (folder) => {
        folder.write(3);
        for (let again = 0; again < 2; again++) {
          await folder.settled();
          folder.write(2);
          take(folder);
          make(folder);
        }
        await folder.settled();
        folder.write(2);
      };
      return [`${way}, ${coming}`, { scenes: [scene] }];
    }),
  ),
);

const copying: LogCases = Object.fromEntries(
  ["copy", "copytruncate"].flatMap((way) =>
    ["kept", "reopened"].map((descriptor) => {
      const scene: Scene = async (folder) => {
        let fd = folder.open();
        folder.writeTo(fd, 5);
        for (let again = 0; again < 3; again++) {
          await folder.settled();
          folder.writeTo(fd, 2);
          if (way === "copy") copyFileSync(folder.app, folder.path(`app.log.${again + 1}`));
          else folder.copyTruncate();
          if (descriptor === "reopened") {
            folder.close(fd);
            fd = folder.open();
          }
          folder.writeTo(fd, 2);
        }
      };
      return [`${way}, the descriptor is ${descriptor}`, { scenes: [scene] }];
    }),
  ),
);

/** The names under which a log is found once it is rotated away, oldest first. */
const rotatedNames: Readonly<Record<string, readonly string[]>> = {
  "dated names": ["app.log-20260101", "app.log-20260102", "app.log-20260103"],
  "dates before the ending": ["app-2026-01-01.log", "app-2026-01-02.log", "app-2026-01-03.log"],
  "dates without a separator": ["app.log20260101", "app.log20260102"],
  "dates with the month first, compressed": ["app-12-31-2025-1.log.gz", "app-01-01-2026-1.log.gz"],
};

function rotateTo(folder: LogFolder, names: readonly string[]): void {
  for (const name of names) {
    folder.write(2);
    renameSync(folder.app, folder.path(name.replace(/\.gz$/u, "")));
    if (name.endsWith(".gz")) folder.gzip(name.replace(/\.gz$/u, ""));
  }
  folder.write(2);
}

const toNames: LogCases = Object.fromEntries(
  Object.entries(rotatedNames).flatMap(([what, names]) => {
    const move: Scene = (folder) => {
      rotateTo(folder, names);
    };
    return [
      [`rotated between two looks, ${what}`, { scenes: [write(3), pause, move] }],
      [`rotated while the daemon is down, ${what}`, { scenes: [write(3), move, pause] }],
    ] satisfies [string, LogCase][];
  }),
);

function rotateThreeTimes(folder: LogFolder): void {
  for (let time = 0; time < 3; time++) {
    for (const name of ["a.log", "b.log", "c.log"]) {
      folder.write(2, folder.path(name));
      folder.rotate(name);
      folder.write(2, folder.path(name));
    }
  }
}

async function rotateOnce(folder: LogFolder): Promise<void> {
  await folder.settled();
  folder.rotate();
  folder.write(2);
}

/** Once more while the daemon is down. */
const later: readonly Scene[] = [
  (folder) => {
    folder.rotate();
    folder.write(2);
  },
  pause,
];

/** Renaming and its kin, while the daemon looks and while it does not. */
export const rotationCases: LogCases = {
  "rename and create: the writer writes to the old file, then to both, then to the new one": {
    scenes: [
      async (folder) => {
        const old = folder.open();
        folder.writeTo(old, 5);
        await folder.settled();
        folder.rotate();
        folder.writeTo(old, 2);
        await folder.settled();
        const fresh = folder.open();
        for (let turn = 0; turn < 3; turn++) {
          folder.writeTo(old, 2);
          folder.writeTo(fresh, 2);
          await folder.settled();
        }
        folder.writeTo(fresh, 2);
        await folder.settled();
        folder.writeTo(old, 2);
      },
      (folder) => {
        folder.write(2, folder.path("app.log.1"));
        folder.write(2);
      },
      (folder) => {
        folder.write(2, folder.path("app.log.1"));
        folder.write(2);
      },
    ],
  },
  "rotated three times between two looks, three files": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        // The first lines make the files known: what was rotated before that is not the daemon's.
        for (const name of ["a.log", "b.log", "c.log"]) folder.write(2, folder.path(name));
        for (let again = 0; again < 3; again++) {
          await folder.settled();
          rotateThreeTimes(folder);
        }
      },
    ],
  },
  "rotated three times while the daemon is down, three files": {
    files: ["*.log"],
    scenes: [
      (folder) => {
        for (const name of ["a.log", "b.log", "c.log"]) folder.write(2, folder.path(name));
      },
      rotateThreeTimes,
      (folder) => {
        folder.write(2, folder.path("a.log"));
      },
      rotateThreeTimes,
      pause,
    ],
  },
  "rotated while the daemon is down, and the rotated files match the glob": {
    files: ["app.log*"],
    scenes: [
      write(3),
      (folder) => {
        for (let time = 0; time < 3; time++) {
          folder.write(2);
          folder.rotate();
        }
        folder.write(2);
      },
      (folder) => {
        folder.write(2, folder.path("app.log.1"));
        folder.rotate();
        folder.write(2);
      },
    ],
  },
  "older rotated files that were there at the start are none of its business": {
    before: (folder) => {
      writeFileSync(folder.path("app.log.1"), folder.unwanted(3));
      folder.write(3);
    },
    scenes: [rotateOnce, ...later],
  },
  "older rotated files of a log that comes later are none of its business": {
    scenes: [
      async (folder) => {
        writeFileSync(folder.path("app.log.1"), folder.unwanted(3));
        const hourAgo = Date.now() / 1000 - 3600;
        utimesSync(folder.path("app.log.1"), hourAgo, hourAgo);
        folder.write(3);
        await rotateOnce(folder);
      },
      ...later,
    ],
  },
  "moved out of the glob, to another folder, while unread bytes remain": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        const fd = folder.open();
        folder.writeTo(fd, 3);
        await folder.settled();
        mkdirSync(folder.path("away"));
        folder.writeTo(fd, 10);
        renameSync(folder.app, folder.path("away/old"));
        folder.writeTo(fd, 10);
        await folder.settled();
        folder.writeTo(fd, 2);
      },
    ],
  },
  "moved out of the glob while the daemon is down and unread bytes remain": {
    files: ["*.log"],
    scenes: [
      write(3),
      (folder) => {
        folder.write(3);
        renameSync(folder.app, folder.path("app.log.bak"));
      },
      (folder) => {
        folder.write(2, folder.path("app.log.bak"));
        folder.write(2);
      },
    ],
  },
  "rotated into a folder beside it while the daemon is down, which the globs know": {
    files: ["app.log", "old/*"],
    scenes: [
      (folder) => {
        mkdirSync(folder.path("old"));
        folder.write(3);
      },
      (folder) => {
        folder.write(3);
        renameSync(folder.app, folder.path("old/app.log.1"));
        folder.write(2);
      },
      pause,
    ],
  },
  "rotated, then removed after a while": {
    scenes: [
      async (folder) => {
        folder.write(3);
        await folder.settled();
        for (let time = 0; time < 3; time++) {
          folder.write(2);
          folder.rotate();
          folder.write(2);
          await folder.settled();
          rmSync(folder.path("app.log.1"));
        }
      },
    ],
  },
  "restart resumes": {
    scenes: [write(5), pause, write(5), write(5), pause],
  },
  "rotated during the restart": {
    scenes: [
      write(5),
      between(5, rotate),
      (folder) => {
        folder.rotate();
        folder.write(5);
      },
    ],
  },
  "rotated three times between two looks, and the rotated files match the glob": {
    files: ["app.log*"],
    scenes: [
      async (folder) => {
        folder.write(3);
        for (let again = 0; again < 3; again++) {
          await folder.settled();
          for (let time = 0; time < 3; time++) {
            folder.write(3);
            folder.rotate();
          }
          folder.write(3);
        }
      },
    ],
  },
  "replaced by a new file that was made beside it, again and again": {
    scenes: [
      async (folder) => {
        folder.write(3);
        for (const lines of [2, 3, 5]) {
          await folder.settled();
          folder.write(lines, folder.path("temporary"));
          renameSync(folder.path("temporary"), folder.app);
        }
      },
    ],
  },
  "rotated before and after each restart, and the rotated files match the glob": {
    files: ["app.log*"],
    scenes: Array.from({ length: 7 }, () => between(3, rotate)),
  },
  ...toNames,
  ...pairs,
  ...copying,
};
