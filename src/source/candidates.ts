import type { Candidate } from "./content.ts";
import { compareDates, compareMarks, familyOf, isMarked } from "./rotation-names.ts";

/** Orders candidates: the longest first, compressed ones last. */
export function wholeFirst(a: Candidate, b: Candidate): number {
  return Number(a.isCompressed) - Number(b.isCompressed) || Number(b.stat.size - a.stat.size);
}

/**
 * Orders candidates log by log, the oldest of each first: by the dates in their names, else by the time of the last write,
 * and by name where that is the same. The one that is not rotated away is the newest.
 */
export function byAge(a: Candidate, b: Candidate): number {
  const [one, other] = [familyOf(a.name), familyOf(b.name)];
  if (one !== other) return one < other ? -1 : 1;
  if (isMarked(a.name) !== isMarked(b.name)) return compareMarks(a.name, b.name);
  // What is compressed may have the time at which it was.
  const order = compareDates(a.name, b.name);
  if (order !== 0) return order;
  if (a.stat.mtimeNs !== b.stat.mtimeNs) return a.stat.mtimeNs < b.stat.mtimeNs ? -1 : 1;
  return compareMarks(a.name, b.name);
}
