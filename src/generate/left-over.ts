import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { marker } from "./header.ts";
import { outputs } from "./outputs.ts";

/** How far into a file its marker is looked for, in bytes. */
const headBytes = 4096;

/** The files under `out`, in the folders that we generate, that say at their head that we wrote them; sorted. */
export function findGenerated(out: string): readonly string[] {
  const folders = [...new Set(outputs.map(({ folder }) => folder))];
  return folders
    .flatMap((folder) => filesOf(join(out, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => head(join(out, path)).includes(marker))
    .sort();
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw new Problem(`Cannot list ${folder}`, { details: [errorMessage(error)], cause: error });
  }
}

function head(path: string): string {
  const buffer = Buffer.alloc(headBytes);
  const file = openSync(path, "r");
  try {
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, headBytes, 0));
  } finally {
    closeSync(file);
  }
}
