import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top folder of the repository, absolute. */
export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The text of a file, its path relative to the top folder. */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

/** The files under a folder, in order, as paths relative to the top folder. */
export function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length))
    .sort();
}
