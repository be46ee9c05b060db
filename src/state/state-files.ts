import { readdirSync } from "node:fs";
import { join } from "node:path";
import { storeFiles } from "./database.ts";

/** Name of the store's directory in the state directory. */
export const storeDirectory = "store";

/** Paths at which files of the state may be, in the store's directory and where 0.1.0 kept them. */
export function stateFiles(stateDir: string): string[] {
  const store = join(stateDir, storeDirectory);
  return [...storeFiles.map((name) => join(stateDir, name)), ...namesIn(store).map((name) => join(store, name))];
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}
