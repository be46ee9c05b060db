import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { occupantOf } from "./ownership.ts";

/** Folders under the output folder that hold generated files, besides what the user puts there. */
export const generatedFolders = [
  "prometheus",
  "prometheus/rules",
  "prometheus/tests",
  "prometheus/runbooks",
  "alertmanager/templates",
  "alertmanager",
  "deploy/kubernetes",
  "deploy/kubernetes/component",
  "deploy/grafana",
  "deploy/grafana/provisioning/datasources",
] as const;

/** Folder that holds generated files. */
export type GeneratedFolder = (typeof generatedFolders)[number];

/** Part of the output folder that a run of `generate` stands for. */
export interface Scope {
  readonly folders: readonly GeneratedFolder[];
  /** Files in these folders that a run of another scope writes. */
  readonly others: ReadonlySet<string>;
}

const everything: Scope = { folders: generatedFolders, others: new Set() };

/** Finds the files under `out`, sorted, that `generate` wrote and would not write any more. */
export function findStaleFiles(
  files: ReadonlyMap<string, string>,
  out: string,
  { folders, others }: Scope = everything,
): readonly string[] {
  return folders
    .flatMap((folder) => filesOf(join(out, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path) && !others.has(path) && occupantOf(join(out, path))?.isOurs === true)
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
