import { readdirSync, statSync } from "node:fs";

/** How often a directory is looked at again because names in it have changed meanwhile. */
const mostAttempts = 10;
/** The times of a directory are kept in ticks (ns): a change within one may not be seen. */
const tickNs = 10_000_000n;

/**
 * Looks for something among the names of a directory. Rotation gives every file the name of the next one: who looks at the
 * names one by one meanwhile may find a file twice or not at all. So as long as nothing is found (`isFound` says so), the
 * look is repeated until no name has changed during one. A directory that cannot be read has no names.
 */
export function lookInto<T>(dir: string, look: (names: string[]) => T, isFound: (result: T) => boolean): T {
  for (let attempt = 1; ; attempt++) {
    const before = changedAt(dir);
    const result = look(namesIn(dir));
    const after = changedAt(dir);
    const isSettled = before === after && nowNs() - after > tickNs;
    if (isSettled || attempt === mostAttempts || isFound(result)) return result;
  }
}

function changedAt(dir: string): bigint {
  try {
    return statSync(dir, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  } catch {
    return 0n;
  }
}

function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
