import { appendFileSync, copyFileSync, existsSync, renameSync, rmSync, truncateSync } from "node:fs";
import type { Stage } from "./stage.ts";

/** What may happen to a log and to the tail that follows it. */
export const operations: Record<string, (stage: Stage) => Promise<void> | void> = {
  write: (stage) => {
    stage.write(undefined, 1);
  },
  writeMuch: (stage) => {
    stage.write(undefined, 150);
  },
  writeToTheOldFile: (stage) => {
    // A writer goes on in a file that was renamed, but not in a copy.
    if (!stage.oldIsCopy && existsSync(stage.path("app.log.1"))) stage.write(stage.path("app.log.1"), 1);
  },
  look: (stage) => stage.glance(),
  commit: (stage) => {
    stage.commit();
  },
  kill: (stage) => stage.kill(),
  rotate: (stage) => {
    stage.shift();
  },
  rotateAndMake: (stage) => {
    stage.shift();
    appendFileSync(stage.app, "");
  },
  copyTruncate: (stage) => {
    if (!existsSync(stage.app)) return;
    stage.shiftRotated();
    copyFileSync(stage.app, stage.path("app.log.1"));
    truncateSync(stage.app);
    stage.oldIsCopy = true;
  },
  compress: (stage) => {
    for (let n = 9; n > 1; n--) if (existsSync(stage.path(`app.log.${n}`))) stage.gzip(stage.path(`app.log.${n}`));
  },
  replace: async (stage) => {
    if (!existsSync(stage.app)) return;
    await stage.glance();
    stage.commit();
    stage.write(stage.path("temporary"), 2);
    renameSync(stage.path("temporary"), stage.app);
  },
  removeOldest: async (stage) => {
    await stage.glance();
    stage.commit();
    const oldest = stage.oldestRotated();
    if (oldest !== undefined) rmSync(oldest);
  },
};
