import type { Plain } from "../plain.ts";
import { namedBy } from "./discover.ts";

/** A glob, and since when what it names is followed (Unix ms). */
export type Beginning = readonly [glob: string, since: number];

/** Reads back what a source has written down of its globs, the latest first; what is not of that form is left out. */
export function readBeginnings(value: Plain | undefined): Beginning[] {
  return rowsOf(value).toSorted(([, one], [, other]) => other - one);
}

function rowsOf(value: Plain | undefined): Beginning[] {
  if (!isList(value)) return [];
  const [first, second] = value;
  // As older versions have written it: one time for all globs.
  if (typeof first === "number") return isList(second) ? second.flatMap((glob) => beginning(glob, first)) : [];
  return value.flatMap((row) => (isList(row) ? beginning(row[0], row[1]) : []));
}

function beginning(glob: Plain | undefined, since: Plain | undefined): Beginning[] {
  return typeof glob === "string" && typeof since === "number" ? [[glob, since]] : [];
}

function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

/**
 * Tells since when a path is followed (Unix ms): by the first of the globs that name it. Undefined when none does. The
 * latest come first in `beginnings`.
 */
export function sinceWhen(beginnings: readonly Beginning[]): (path: string) => number | undefined {
  const globs = beginnings.map(([glob, since]) => ({ since, isNamed: under(glob) }));
  return (path) => globs.findLast(({ isNamed }) => isNamed(path))?.since;
}

/**
 * What becomes of the globs of a source that the config does not have any more: another source goes on with what they name,
 * if `heirOf` says so of the glob or of one of `globs` that is narrower. By the heir's name.
 */
export function inherit(
  beginnings: readonly Beginning[],
  globs: readonly string[],
  heirOf: (path: string) => string | undefined,
): { left: Beginning[]; inherited: [heir: string, Beginning][] } {
  const left: Beginning[] = [];
  const inherited: [string, Beginning][] = [];
  for (const row of beginnings) {
    const [glob, since] = row;
    const parts = new Set([glob, ...globs.filter(under(glob))]);
    const taken = [...parts].flatMap((part): [string, Beginning][] => {
      const heir = heirOf(part);
      return heir === undefined ? [] : [[heir, [part, since]]];
    });
    inherited.push(...taken);
    if (taken.length === 0) left.push(row);
  }
  return { left, inherited };
}

function under(glob: string): (path: string) => boolean {
  return namedBy({ files: [glob], exclude: [] });
}
