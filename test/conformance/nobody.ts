import { chownSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Solo } from "./solo.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** What a daemon is started through so that permissions bind it: they do not bind root. */
export const asNobody: readonly string[] = isRoot
  ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"]
  : [];

/** Gives a directory and all in it to whom `asNobody` runs as. */
export function giveToNobody(dir: string): void {
  if (!isRoot) return;
  for (const name of [".", ...readdirSync(dir, { recursive: true, encoding: "utf8" })]) {
    chownSync(join(dir, name), nobody, nobody);
  }
}

/** A folder of logs for a daemon that is started through `asNobody`. */
export function bound(...given: ConstructorParameters<typeof Solo>): Solo {
  const solo = new Solo(...given);
  mkdirSync(solo.state);
  giveToNobody(solo.state);
  return solo;
}
