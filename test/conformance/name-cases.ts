import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogCases } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";
import { pause, write } from "./scenes.ts";

/** Points a link at a target in one step, as `ln -sfn` and the kubelet do. */
function link(folder: LogFolder, target: string, name = "app.log"): void {
  symlinkSync(folder.path(target), folder.path(`${name}.next`));
  renameSync(folder.path(`${name}.next`), folder.path(name));
}

/** Deletes the log and makes it anew with the inode that it had. */
function makeAnew(folder: LogFolder): void {
  const probe = folder.path("probe");
  writeFileSync(probe, "");
  // Some file systems (tmpfs) never give an inode again: there, this is what comes nearest.
  if (!recreate(probe)) truncateSync(folder.app);
  else if (!recreate(folder.app)) throw new Error("another file was given the inode of the log");
}

/** Deletes a file and makes it anew until it has the inode that it had; whether that came to pass. */
function recreate(path: string): boolean {
  const { ino } = statSync(path, { bigint: true });
  const spare = mkdtempSync(join(tmpdir(), "model-quality-spare-"));
  const attempts = 3000;
  try {
    // Those that are free and come before it are given first: they are taken before it is free, for any other program.
    for (let attempt = 0; attempt < attempts; attempt++) {
      const taken = `${path}.taken`;
      writeFileSync(taken, "");
      const isBehind = statSync(taken, { bigint: true }).ino > ino;
      renameSync(taken, join(spare, `taken-${attempt}`));
      if (isBehind) break;
    }
    rmSync(path);
    for (let attempt = 0; attempt < attempts; attempt++) {
      writeFileSync(path, "");
      if (statSync(path, { bigint: true }).ino === ino) return true;
      renameSync(path, join(spare, String(attempt)));
    }
    return false;
  } finally {
    rmSync(spare, { recursive: true });
  }
}

const sockets = new Set<Server>();

/** Links, names that come and go, and names of what is no log. */
export const nameCases: LogCases = {
  "a symbolic link is switched 30 times to new targets": {
    scenes: [
      async (folder) => {
        folder.write(2, folder.path("target-00"));
        link(folder, "target-00");
        await folder.settled();
        for (let turn = 1; turn <= 30; turn++) {
          folder.write(2, folder.path(`target-${String(turn).padStart(2, "0")}`));
          link(folder, `target-${String(turn).padStart(2, "0")}`);
          if (turn % 10 === 0) await folder.settled();
        }
      },
    ],
  },
  "a symbolic link is switched while the daemon is down": {
    scenes: [
      (folder) => {
        folder.write(2, folder.path("target-1"));
        link(folder, "target-1");
      },
      (folder) => {
        folder.write(2, folder.path("target-1"));
        for (const target of ["target-2", "target-3"]) {
          folder.write(2, folder.path(target));
          link(folder, target);
        }
      },
      (folder) => {
        folder.write(2, folder.path("target-2"));
        folder.write(2, folder.path("target-3"));
      },
    ],
  },
  "two links to one file count once": {
    files: ["*.log"],
    scenes: [
      (folder) => {
        mkdirSync(folder.path("real"));
        folder.write(5, folder.path("real/file"));
        symlinkSync(folder.path("real/file"), folder.path("one.log"));
        symlinkSync(folder.path("real/file"), folder.path("two.log"));
      },
      (folder) => {
        folder.write(5, folder.path("real/file"));
        rmSync(folder.path("one.log"));
      },
      (folder) => {
        folder.write(5, folder.path("real/file"));
      },
    ],
  },
  "two links to one file, and a link to a link, count once, also when the file is rotated and compressed": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        mkdirSync(folder.path("pods"));
        const real = folder.path("pods/0.log");
        folder.write(3, real);
        for (const name of ["a.log", "b.log"]) symlinkSync(real, folder.path(name));
        symlinkSync(folder.path("a.log"), folder.path("c.log"));
        await folder.settled();
        folder.write(3, real);
        renameSync(real, folder.path("pods/0.log.20260101-000000"));
        folder.write(3, real);
        await folder.settled();
        folder.gzip("pods/0.log.20260101-000000");
        folder.write(3, real);
      },
    ],
  },
  "two hard links to one file count once": {
    files: ["*.log"],
    scenes: [
      (folder) => {
        folder.write(5, folder.path("one.log"));
        spawnSync("ln", [folder.path("one.log"), folder.path("two.log")]);
      },
      (folder) => {
        folder.write(5, folder.path("two.log"));
        rmSync(folder.path("one.log"));
      },
      (folder) => {
        folder.write(5, folder.path("two.log"));
      },
    ],
  },
  "a link to a link, of which the inner one is switched": {
    scenes: [
      async (folder) => {
        mkdirSync(folder.path("pods"));
        folder.write(3, folder.path("pods/0.log"));
        link(folder, "pods/0.log", "inner");
        link(folder, "inner");
        await folder.settled();
        folder.write(3, folder.path("pods/0.log"));
        folder.write(3, folder.path("pods/1.log"));
        link(folder, "pods/1.log", "inner");
      },
      (folder) => {
        folder.write(2, folder.path("pods/1.log"));
      },
      pause,
    ],
  },
  "a link whose target comes later": {
    scenes: [
      (folder) => {
        symlinkSync(folder.path("later"), folder.app);
      },
      pause,
      (folder) => {
        folder.write(3, folder.path("later"));
      },
    ],
  },
  "deleted while open: read to its end": {
    scenes: [
      async (folder) => {
        const fd = folder.open();
        folder.writeTo(fd, 3);
        await folder.settled();
        folder.writeTo(fd, 3);
        rmSync(folder.app);
        folder.writeTo(fd, 3);
        await folder.settled();
        folder.writeTo(fd, 3);
        await folder.settled();
        folder.close(fd);
      },
    ],
  },
  "deleted and recreated again and again": {
    scenes: [
      async (folder) => {
        for (let time = 0; time < 5; time++) {
          folder.write(3);
          await folder.settled();
          rmSync(folder.app);
        }
        folder.write(3);
      },
    ],
  },
  "deleted while the daemon is down, and recreated with the same inode": {
    scenes: [
      write(3),
      (folder) => {
        makeAnew(folder);
        folder.write(10);
      },
      write(3),
      (folder) => {
        makeAnew(folder);
        folder.write(1);
      },
      pause,
    ],
  },
  "the folder is missing, then made": {
    files: ["later/*.log"],
    scenes: [
      pause,
      pause,
      async (folder) => {
        mkdirSync(folder.path("later"));
        folder.write(3, folder.path("later/app.log"));
        await folder.settled();
        folder.write(3, folder.path("later/app.log"));
      },
    ],
  },
  "the folder is replaced": {
    files: ["logs/*.log"],
    scenes: [
      async (folder) => {
        for (let time = 0; time < 3; time++) {
          mkdirSync(folder.path("logs"));
          folder.write(3, folder.path("logs/app.log"));
          await folder.settled();
          folder.write(2, folder.path("logs/app.log"));
          renameSync(folder.path("logs"), folder.path(`logs-${time}`));
          folder.write(2, folder.path(`logs-${time}/app.log`));
        }
      },
    ],
  },
  "files that are left out by `exclude`": {
    files: ["*.log"],
    // By its name, app-2.log may have to do with app.log: it is met there again when that is looked at.
    exclude: ["debug-*.log", "app-2.log"],
    scenes: [
      async (folder) => {
        const leftOut = ["debug-1.log", "app-2.log"].map((name) => folder.path(name));
        for (const path of leftOut) writeFileSync(path, folder.unwanted(3));
        folder.write(3);
        await folder.settled();
        for (const path of leftOut) appendFileSync(path, folder.unwanted(3));
        folder.rotate();
        folder.write(3);
        folder.write(3, folder.path("other.log"));
      },
    ],
  },
  "a FIFO, a socket, a device and a folder are refused by name, and nothing hangs": {
    files: ["*.log", "fifo.log", "socket.log", "folder.log", "/dev/null"],
    scenes: [
      async (folder) => {
        spawnSync("mkfifo", [folder.path("fifo.log")]);
        mkdirSync(folder.path("folder.log"));
        const server = createServer();
        // Bound under a short name: the path of a socket must not be long.
        const short = join(tmpdir(), `socket-${process.pid}`);
        await new Promise<void>((done) => server.listen(short, done));
        renameSync(short, folder.path("socket.log"));
        sockets.add(server);
        folder.write(3);
        await folder.settled();
        await folder.failed("kind", 3);
        await folder.failed("EISDIR");
        for (const [path, kind] of [
          [folder.path("fifo.log"), "a FIFO"],
          [folder.path("socket.log"), "a socket"],
          [folder.path("folder.log"), "a directory"],
          ["/dev/null", "a device"],
        ] as const) {
          const isSaid = (line: string): boolean =>
            line.includes(path) && line.includes(`it is ${kind}, not a regular`);
          if (!folder.log.split("\n").some(isSaid)) {
            throw new Error(`${path} is not refused by name`);
          }
        }
        folder.write(3);
      },
      async () => {
        await Promise.all([...sockets].map((server) => new Promise((done) => server.close(done))));
        sockets.clear();
      },
      pause,
    ],
  },
  "a FIFO takes the place of a log": {
    scenes: [
      async (folder) => {
        folder.write(3);
        await folder.settled();
        folder.rotate();
        spawnSync("mkfifo", [folder.app]);
        folder.write(3, folder.path("app.log.1"));
        await folder.settled();
        rmSync(folder.app);
        folder.write(3);
      },
    ],
  },
};
