import { appendFileSync, existsSync, renameSync, rmSync } from "node:fs";
import type { Stage } from "./stage.ts";

/** What may happen to a log and to the tail that follows it. */
export const operations: Record<string, (stage: Stage) => Promise<void> | void> = {
  write: ({ folder }) => {
    folder.write(1);
  },
  writeMuch: ({ folder }) => {
    folder.write(150);
  },
  writeToTheOldFile: ({ folder, oldIsCopy }) => {
    // A writer goes on in a file that was renamed, but not in a copy.
    const old = folder.path("app.log.1");
    if (!oldIsCopy && existsSync(old)) folder.write(1, old);
  },
  look: (stage) => stage.look(),
  commit: (stage) => {
    stage.commit();
  },
  kill: (stage) => stage.kill(),
  rotate,
  rotateAndMake: (stage) => {
    rotate(stage);
    appendFileSync(stage.folder.app, "");
  },
  copyTruncate: (stage) => {
    if (!existsSync(stage.folder.app)) return;
    stage.folder.copyTruncate();
    stage.oldIsCopy = true;
  },
  compress: ({ folder }) => {
    for (let n = 9; n > 1; n--) if (existsSync(folder.path(`app.log.${n}`))) folder.gzip(`app.log.${n}`);
  },
  replace: async (stage) => {
    const { folder } = stage;
    if (!existsSync(folder.app)) return;
    await stage.look();
    stage.commit();
    folder.write(2, folder.path("temporary"));
    renameSync(folder.path("temporary"), folder.app);
  },
  removeOldest: async (stage) => {
    await stage.look();
    stage.commit();
    const oldest = oldestRotated(stage);
    if (oldest !== undefined) rmSync(oldest);
  },
};

function rotate(stage: Stage): void {
  if (!existsSync(stage.folder.app)) {
    stage.folder.shift();
    return;
  }
  stage.folder.rotate();
  stage.oldIsCopy = false;
}

/** The rotated file that was written longest ago, or undefined. */
function oldestRotated({ folder }: Stage): string | undefined {
  for (let n = 10; n > 0; n--) {
    for (const name of [`app.log.${n}.gz`, `app.log.${n}`]) if (existsSync(folder.path(name))) return folder.path(name);
  }
  return undefined;
}
