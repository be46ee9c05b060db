import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();

/** What somebody does to a config that names one log of one source. */
const edits: Readonly<Record<string, (config: string) => string>> = {
  "one more glob": (config) => config.replace('"logs/app.log"', '"logs/app.log","elsewhere/*.log"'),
  "another name of the source": (config) => config.replace('"name":"model"', '"name":"renamed"'),
};

function edit(solo: Solo, change: (config: string) => string): void {
  const path = join(solo.dir, "config.json");
  const config = readFileSync(path, "utf8");
  const changed = change(config);
  if (changed === config) throw new Error("the config is not changed");
  writeFileSync(path, changed);
}

/** What becomes of a log to which its server goes on writing. */
const moves: Readonly<Record<string, (folder: LogFolder) => void>> = {
  "still at its path": () => undefined,
  renamed: (folder) => {
    folder.rotate();
    folder.write(3);
  },
  deleted: (folder) => {
    rmSync(folder.app);
  },
  "deleted and made anew": (folder) => {
    rmSync(folder.app);
    folder.write(3);
  },
  "moved to a folder that nobody looks at": (folder) => {
    mkdirSync(folder.path("elsewhere"));
    renameSync(folder.app, folder.path("elsewhere/gone.txt"));
  },
};

describe.each(["auto", "poll"])("a reload, watch %s: what is written on to a log counts when it was", (watch) => {
  test.each(Object.entries(moves))(
    "%s",
    async (_name, move) => {
      const solo = new Solo(root, ["app.log"], { watch });
      const fd = solo.folder.open();
      solo.folder.writeTo(fd, 2);
      await solo.start();
      await solo.settled();
      move(solo.folder);
      await solo.settled();
      edit(solo, (config) => config.replace('{"last":1000000}', '{"last":1000000},{"last":10}'));
      solo.folder.writeTo(fd, 1);
      solo.daemon.kill("SIGHUP");
      await eventually(() => solo.log.includes("config reloaded"), "reloaded");
      solo.folder.writeTo(fd, 2);
      await solo.settled();
      solo.folder.closeAll();
      await solo.stop();
    },
    30_000,
  );
});

describe("what is rotated away, unseen, before the daemon reads a config with", () => {
  test.each(Object.entries(edits))(
    "%s, counts",
    async (_name, change) => {
      const solo = new Solo(root, ["app.log"]);
      solo.folder.write(2);
      await solo.start();
      await solo.settled();
      const rotateTwice = (): void => {
        for (let time = 0; time < 2; time++) {
          solo.folder.write(2);
          solo.folder.rotate();
        }
        solo.folder.write(3);
      };
      await solo.stop();
      rotateTwice();
      edit(solo, change);
      await solo.start();
      await solo.settled();
      // And while it runs, though not at that very moment.
      const was = solo.log.split("config reloaded").length;
      solo.daemon.kill("SIGSTOP");
      rotateTwice();
      edit(solo, (config) => config.replace('"logs/app.log"', '"logs/app.log","further/*.log"'));
      solo.daemon.kill("SIGHUP");
      solo.daemon.kill("SIGCONT");
      await eventually(() => solo.log.split("config reloaded").length > was, "reloaded");
      await solo.settled();
      await solo.stop();
    },
    60_000,
  );
});
