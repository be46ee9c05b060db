import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

/** Moves the store's files into a new directory beside them and returns it: nothing that a person may want is deleted. */
export function setAside(dir: string, file: string): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/gu, "-");
  const aside = join(dir, `set-aside-${stamp}`);
  mkdirSync(aside);
  for (const name of [file, `${file}-lock`]) {
    if (existsSync(join(dir, name))) renameSync(join(dir, name), join(aside, name));
  }
  return aside;
}
