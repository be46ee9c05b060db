import { readlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Turns } from "../pace.ts";
import { realPathOf, type Refused } from "./paths.ts";

/** Links are switched, and rotation puts their targets away: for so long one may lead nowhere before it is said (ms). */
const patienceMs = 3000;
/** Maximum length of a chain of links, as in Linux. */
const mostLinks = 40;

/** Dangling links, for instance to a volume that is not mounted here. */
export class DanglingLinks {
  readonly #ledToLog: (path: string) => boolean;
  /** Since when they were found to lead nowhere in each search (by the monotonic clock, ms). */
  #since: ReadonlyMap<string, number> = new Map();

  /** `ledToLog` tells whether a path has led to a log. */
  constructor(ledToLog: (path: string) => boolean) {
    this.#ledToLog = ledToLog;
  }

  /**
   * Returns those of the missing paths that have been dangling links for a while. One that has led to a log is excluded:
   * it is between two logs, or removed after its log, as those of containers are.
   */
  async lasting(missing: readonly string[], turns: Turns): Promise<Refused[]> {
    const now = performance.now();
    const dead: { readonly path: string; readonly target: string; readonly since: number }[] = [];
    for (const path of missing) {
      const target = this.#ledToLog(path) ? undefined : lastTarget(path);
      if (target !== undefined) dead.push({ path, target, since: this.#since.get(path) ?? now });
      if (turns.isOver) await turns.next();
    }
    this.#since = new Map(dead.map(({ path, since }) => [path, since]));
    return dead
      .filter(({ since }) => now - since >= patienceMs)
      .map(({ path, target }) => ({
        path,
        code: "ENOENT",
        problem: `it is a link to ${target}, which does not exist`,
      }));
  }
}

/** Returns the missing target of a dangling link, through chains of links; undefined if it is no link. */
function lastTarget(path: string): string | undefined {
  let last: string | undefined;
  for (let links = 0; links < mostLinks; links++) {
    const next = targetOf(last ?? path);
    if (next === undefined) break;
    last = next;
  }
  return last;
}

function targetOf(path: string): string | undefined {
  try {
    return resolve(realPathOf(dirname(path)), readlinkSync(path));
  } catch {
    return undefined;
  }
}
