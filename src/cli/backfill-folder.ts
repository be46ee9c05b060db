import { closeSync, lstatSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";
import { errorMessage, Problem } from "../problem.ts";
import { dayFile, unfinishedFile } from "../replay/openmetrics.ts";

/** Folder beside the files into which the printed command puts blocks. */
const blocksFolder = "blocks";
const ownStart = /^# (?:HELP|TYPE) (?:\w+:)?model_quality|^# EOF/u;

/** Makes the folder of a backfill; throws a `Problem` where it holds what no backfill wrote. */
export function makeBackfillFolder(folder: string): void {
  try {
    makeDirectory(folder);
  } catch (error) {
    throw new Problem(`--openmetrics: ${errorMessage(error)}`, { exitCode: 2, cause: error });
  }
  const foreign = readdirSync(folder).find((name) => !isOwn(folder, name));
  if (foreign === undefined) return;
  const what = `--openmetrics ${folder}: the folder holds ${foreign}, which no backfill wrote; name an empty or a new one`;
  throw new Problem(what, { exitCode: 2 });
}

/** Removes what an earlier backfill left: a folder holds the files of one. */
export function clearBackfillFolder(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (dayFile.test(name) || unfinishedFile.test(name)) rmSync(join(folder, name));
  }
}

function isOwn(folder: string, name: string): boolean {
  const path = join(folder, name);
  const stat = lstatSync(path);
  if (name === blocksFolder) return stat.isDirectory();
  if (!stat.isFile()) return false;
  return unfinishedFile.test(name) || (dayFile.test(name) && ownStart.test(startOf(path)));
}

function startOf(path: string): string {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(128);
    return buffer.toString("utf8", 0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}
