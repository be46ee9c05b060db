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
] as const;

/** Folder that holds generated files. */
export type GeneratedFolder = (typeof generatedFolders)[number];

/** The files under `out`, in the folders that we generate, that say at their head that we wrote them; sorted. */
export function findGenerated(out: string): readonly string[] {
  return generatedFolders
    .flatMap((folder) => filesOf(join(out, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => occupantOf(join(out, path))?.isOurs === true)
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
