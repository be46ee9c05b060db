import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();

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
      const config = join(solo.dir, "config.json");
      writeFileSync(config, readFileSync(config, "utf8").replace('{"last":1000000}', '{"last":1000000},{"last":10}'));
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
