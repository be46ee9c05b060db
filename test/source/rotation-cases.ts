import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { gzipSync } from "node:zlib";
import type { Stage } from "./stage.ts";
import type { Wanted } from "./tail-bed.ts";

/** What happens to log files between looks. Whatever it is, each line must be read once. */
export interface Case {
  /** Names in the stage's directory; by default `app.log`. */
  readonly files?: readonly string[];
  readonly wanted?: Partial<Wanted>;
  readonly steps: (stage: Stage) => Promise<void> | void;
}

export const cases: Record<string, Case> = {
  "rename and create, the writer still writes to the old file, then to both, then to the new": {
    async steps(stage) {
      stage.write();
      await stage.look();
      const old = openSync(stage.app, "a");
      renameSync(stage.app, stage.path("app.log.1"));
      writeSync(old, stage.next());
      await stage.look();
      writeSync(old, stage.next());
      stage.write();
      await stage.look();
      writeSync(old, stage.next());
      stage.write();
      closeSync(old);
      await stage.look();
      stage.write();
    },
  },
  "rotated three times between two looks": {
    async steps(stage) {
      stage.write();
      await stage.look();
      for (let i = 0; i < 3; i++) {
        stage.write();
        stage.shift();
      }
      stage.write();
    },
  },
  "rotated three times between two looks, all names in the glob": {
    files: ["app.log*"],
    async steps(stage) {
      stage.write();
      await stage.look();
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 3; i++) {
          stage.write();
          stage.shift();
        }
        stage.write();
        await stage.look();
      }
    },
  },
  "rotated three times between two looks to dated names": {
    async steps(stage) {
      stage.write();
      await stage.look();
      for (let i = 1; i <= 3; i++) {
        stage.write();
        renameSync(stage.app, stage.path(`app.log-2026010${i}`));
      }
      stage.write();
    },
  },
  "rotated three times between two looks to dates before the extension": {
    async steps(stage) {
      stage.write();
      await stage.look();
      for (let i = 1; i <= 3; i++) {
        stage.write();
        renameSync(stage.app, stage.path(`app-2026-01-0${i}.log`));
      }
      stage.write();
    },
  },
  "copied and truncated while down to a name with two separators": {
    async steps(stage) {
      stage.write();
      await stage.stop();
      stage.write();
      copyFileSync(stage.app, stage.path("app__2026-01-02_00-00-00.log"));
      truncateSync(stage.app);
      stage.write(undefined, 1);
    },
  },
  "rotated and compressed twice while down to dates with the month first": {
    async steps(stage) {
      stage.write();
      await stage.stop();
      for (const date of ["12-31-2025", "01-01-2026"]) {
        stage.write();
        renameSync(stage.app, stage.path(`app-${date}-1.log`));
        stage.gzip(stage.path(`app-${date}-1.log`));
      }
      stage.write();
    },
  },
  "rotated twice while down to dates without a separator": {
    async steps(stage) {
      stage.write();
      await stage.stop();
      for (const date of ["20260101", "20260102"]) {
        stage.write();
        renameSync(stage.app, `${stage.app}${date}`);
      }
      stage.write();
    },
  },
  "older rotated files that were there at the start are left alone": {
    async steps(stage) {
      writeFileSync(stage.path("app.log.1"), "old\n");
      stage.write();
      await stage.look();
      stage.shift();
      stage.write();
      await stage.look();
      stage.shift();
      stage.write();
    },
  },
  "an older archive that was there at the start and is unpacked later is left alone": {
    async steps(stage) {
      const old = "old\n".repeat(1000);
      writeFileSync(stage.path("app.log.1.gz"), gzipSync(old));
      stage.write();
      await stage.look();
      writeFileSync(stage.path("app.log.1"), old);
      rmSync(stage.path("app.log.1.gz"));
      renameSync(stage.path("app.log.1"), stage.path("app.log.2"));
      stage.shift();
      stage.write();
      await stage.look();
    },
  },
  "moved out of the glob while unread bytes remain": {
    files: ["*.log"],
    async steps(stage) {
      stage.write();
      await stage.look();
      stage.write();
      mkdirSync(stage.path("away"));
      renameSync(stage.app, stage.path("away/old"));
      stage.write(stage.path("away/old"));
      await stage.look();
      stage.write(stage.path("away/old"));
    },
  },
  copytruncate: {
    async steps(stage) {
      stage.write();
      await stage.look();
      stage.write();
      copyFileSync(stage.app, stage.path("app.log.1"));
      truncateSync(stage.app);
      stage.write(undefined, 1);
      await stage.look();
      stage.write();
    },
  },
  "copytruncate, regrown past the old offset": {
    async steps(stage) {
      stage.write();
      await stage.look();
      stage.write();
      copyFileSync(stage.app, stage.path("app.log.1"));
      truncateSync(stage.app);
      stage.write(undefined, 20);
      await stage.look();
      stage.write();
    },
  },
  "copytruncate, both the copy and the original match the glob": {
    files: ["app.log*"],
    async steps(stage) {
      stage.write();
      await stage.look();
      for (let i = 0; i < 3; i++) {
        stage.write();
        renameIfThere(stage.path("app.log.1"), stage.path("app.log.2"));
        copyFileSync(stage.app, stage.path("app.log.1"));
        if (i === 1) await stage.look();
        truncateSync(stage.app);
        stage.write(undefined, 2 + 10 * i);
        await stage.look();
      }
      stage.write(stage.path("app.log.1"));
      stage.write();
    },
  },
  "copytruncate with a writer that keeps its offset": {
    async steps(stage) {
      const fd = openSync(stage.app, "w");
      for (let i = 0; i < 20; i++) writeSync(fd, stage.next());
      await stage.look();
      copyFileSync(stage.app, stage.path("app.log.1"));
      truncateSync(stage.app);
      await stage.look();
      writeSync(fd, stage.next());
      await stage.look();
      writeSync(fd, stage.next());
      closeSync(fd);
    },
  },
  "copytruncate with a hole that is longer than a line may be and than the buffer": {
    wanted: { maxLineBytes: 256 },
    async steps(stage) {
      const fd = openSync(stage.app, "w");
      for (let i = 0; i < 20; i++) writeSync(fd, stage.next());
      await stage.look();
      truncateSync(stage.app);
      writeSync(fd, stage.next(), 3_000_000);
      writeSync(fd, stage.next(), 3_000_100);
      await stage.look();
      writeSync(fd, stage.next(), 3_000_200);
      closeSync(fd);
    },
  },
  "truncated to shorter, equal and longer content": {
    async steps(stage) {
      stage.write(undefined, 5);
      await stage.look();
      for (const lines of [2, 2, 7, 1]) {
        truncateSync(stage.app);
        stage.write(undefined, lines);
        await stage.look();
      }
    },
  },
  "truncated while down, regrown longer": {
    async steps(stage) {
      stage.write(undefined, 5);
      await stage.look();
      await stage.stop();
      truncateSync(stage.app);
      stage.write(undefined, 9);
      await stage.look();
    },
  },
  "replaced by a new file made beside it": {
    async steps(stage) {
      stage.write();
      await stage.look();
      for (const lines of [2, 3, 5]) {
        stage.write(stage.path("new"), lines);
        renameSync(stage.path("new"), stage.app);
        await stage.look();
      }
    },
  },
  "a symbolic link switched 30 times": {
    files: ["link.log"],
    async steps(stage) {
      for (let i = 0; i < 30; i++) {
        const target = stage.path(`target-${i}.log`);
        stage.write(target, 2);
        rmSync(stage.path("link.log"), { force: true });
        symlinkSync(target, stage.path("link.log"));
        await stage.look();
        stage.write(target, 1);
        if (i % 3 === 0) await stage.look();
      }
    },
  },
  "two links to one file, and a link to a link": {
    files: ["*.log"],
    async steps(stage) {
      mkdirSync(stage.path("pods"));
      const real = stage.path("pods/0.log");
      stage.write(real);
      symlinkSync(real, stage.path("a.log"));
      symlinkSync(real, stage.path("b.log"));
      symlinkSync(stage.path("a.log"), stage.path("c.log"));
      await stage.look();
      stage.write(real);
      await stage.look();
      renameSync(real, stage.path("pods/0.log.20260101-000000"));
      stage.write(real);
      await stage.look();
      stage.gzip(stage.path("pods/0.log.20260101-000000"));
      stage.write(real);
    },
  },
  "deleted while open: read to its end": {
    async steps(stage) {
      const fd = openSync(stage.app, "a");
      writeSync(fd, stage.next());
      await stage.look();
      writeSync(fd, stage.next());
      rmSync(stage.app);
      writeSync(fd, stage.next());
      await stage.look();
      writeSync(fd, stage.next());
      await stage.look();
      closeSync(fd);
    },
  },
  "deleted and made anew again and again": {
    async steps(stage) {
      for (let i = 0; i < 10; i++) {
        stage.write(undefined, 1 + (i % 3));
        await stage.look();
        rmSync(stage.app);
        if (i % 2 === 0) await stage.look();
      }
    },
  },
  "deleted and made anew while down, perhaps with the same inode": {
    async steps(stage) {
      stage.write(undefined, 5);
      await stage.look();
      await stage.stop();
      rmSync(stage.app);
      stage.write(undefined, 9);
      await stage.look();
    },
  },
  "rotated and compressed while down": {
    async steps(stage) {
      stage.write(undefined, 200);
      await stage.look();
      stage.write(undefined, 2);
      await stage.stop();
      stage.write(undefined, 2);
      stage.shift();
      stage.gzip(stage.path("app.log.1"));
      renameSync(stage.path("app.log.1.gz"), stage.path("app.log.2.gz"));
      stage.write();
      renameSync(stage.app, stage.path("app.log.1"));
      stage.write();
      await stage.look();
      stage.write();
    },
  },
  "a short log rotated and compressed while down": {
    async steps(stage) {
      stage.write(undefined, 2);
      await stage.look();
      await stage.stop();
      stage.write(undefined, 2);
      stage.shift();
      stage.gzip(stage.path("app.log.1"));
      stage.write();
      await stage.look();
    },
  },
  "compressed under the daemon's eyes, everything in the glob": {
    files: ["app.log*"],
    async steps(stage) {
      for (let i = 0; i < 4; i++) {
        stage.write(undefined, 5);
        await stage.look();
        renameIfThere(stage.path("app.log.2.gz"), stage.path("app.log.3.gz"));
        if (i > 0) {
          renameSync(stage.path("app.log.1"), stage.path("app.log.2"));
          stage.gzip(stage.path("app.log.2"));
        }
        renameSync(stage.app, stage.path("app.log.1"));
        stage.write();
        await stage.look();
      }
    },
  },
  "compressed while down, everything in the glob": {
    files: ["app.log*"],
    async steps(stage) {
      stage.write(undefined, 5);
      stage.shift();
      stage.write(undefined, 5);
      await stage.look();
      await stage.stop();
      stage.write();
      stage.gzip(stage.path("app.log.1"));
      stage.shift();
      stage.gzip(stage.path("app.log.1"));
      stage.write();
      await stage.look();
    },
  },
  "an archive that was there at the start is read once": {
    files: ["app.log*"],
    async steps(stage) {
      stage.write();
      stage.shift();
      stage.gzip(stage.path("app.log.1"));
      stage.write();
      await stage.look();
      await stage.stop();
      stage.write();
      await stage.look();
    },
  },
  "an archive that is still being written": {
    files: ["app.log*"],
    async steps(stage) {
      stage.write(stage.path("whole"), 4000);
      const bytes = gzipSync(readFileSync(stage.path("whole")), { level: 1 });
      writeFileSync(stage.path("app.log.1.gz"), bytes.subarray(0, 2000));
      await stage.look(3999);
      appendFileSync(stage.path("app.log.1.gz"), bytes.subarray(2000, 3000));
      await stage.look(3990);
      appendFileSync(stage.path("app.log.1.gz"), bytes.subarray(3000));
    },
  },
  "restarted in the middle of a line": {
    async steps(stage) {
      stage.write();
      const line = stage.next();
      appendFileSync(stage.app, line.slice(0, 3));
      await stage.look(1);
      await stage.stop(1);
      await stage.look(1);
      appendFileSync(stage.app, line.slice(3));
      stage.write();
    },
  },
  "renamed while down, the writer goes on": {
    async steps(stage) {
      stage.write();
      await stage.look();
      stage.write();
      await stage.stop();
      stage.write();
      renameSync(stage.app, stage.path("app.log.1"));
      stage.write(stage.path("app.log.1"));
      stage.write();
      await stage.look();
      stage.write(stage.path("app.log.1"));
    },
  },
  "rotated three times while down": {
    async steps(stage) {
      stage.write();
      await stage.look();
      await stage.stop();
      for (let i = 0; i < 3; i++) {
        stage.write();
        stage.shift();
      }
      stage.write();
      await stage.look();
    },
  },
  "restarted again and again": {
    files: ["app.log*"],
    async steps(stage) {
      for (let i = 0; i < 6; i++) {
        stage.write();
        if (i % 2 === 0) stage.shift();
        stage.write();
        await stage.stop();
      }
    },
  },
  "the folder is replaced": {
    files: ["logs/*.log"],
    async steps(stage) {
      mkdirSync(stage.path("logs"));
      stage.write(stage.path("logs/a.log"));
      await stage.look();
      renameSync(stage.path("logs"), stage.path("logs.old"));
      stage.write(stage.path("logs.old/a.log"));
      mkdirSync(stage.path("logs"));
      stage.write(stage.path("logs/a.log"));
      await stage.look();
      stage.write(stage.path("logs/a.log"));
    },
  },
  "files with the same first bytes are different files": {
    files: ["*.log"],
    async steps(stage) {
      for (const name of ["a.log", "b.log", "c-1.log", "c-2.log"]) writeFileSync(stage.path(name), "#\n");
      await stage.look();
      for (const name of ["a.log", "b.log", "c-1.log", "c-2.log"]) stage.write(stage.path(name));
      await stage.look();
      for (const name of ["a.log", "b.log", "c-1.log", "c-2.log"]) stage.write(stage.path(name));
    },
  },
};

// grok_exporter's matrix: how the old log goes away, and how the new one comes.
for (const away of ["mv", "cp", "rm"]) {
  for (const comes of ["create", "nocreate", "temporary"]) {
    cases[`${away} and ${comes}`] = {
      async steps(stage) {
        for (let i = 0; i < 3; i++) {
          stage.write();
          await stage.look();
          stage.write(undefined, 1);
          if (away === "mv") renameSync(stage.app, stage.path("app.log.1"));
          if (away === "cp") copyFileSync(stage.app, stage.path("app.log.1"));
          if (away !== "mv") rmSync(stage.app);
          if (comes === "create") writeFileSync(stage.app, "");
          if (comes === "temporary") {
            stage.write(stage.path("temporary"));
            renameSync(stage.path("temporary"), stage.app);
          }
          await stage.look();
        }
      },
    };
  }
}
for (const way of ["copy", "copytruncate"]) {
  for (const handle of ["kept", "reopened"]) {
    cases[`${way} with the descriptor ${handle}`] = {
      async steps(stage) {
        let fd = openSync(stage.app, "a");
        for (let i = 0; i < 3; i++) {
          writeSync(fd, stage.next());
          await stage.look();
          writeSync(fd, stage.next());
          copyFileSync(stage.app, stage.path(`app.log.${i + 1}`));
          if (way === "copytruncate") truncateSync(stage.app);
          if (handle === "reopened") {
            closeSync(fd);
            fd = openSync(stage.app, "a");
          }
          writeSync(fd, stage.next());
          await stage.look();
        }
        closeSync(fd);
      },
    };
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Not there yet.
  }
}
