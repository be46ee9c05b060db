import type { Candidate } from "./content.ts";
import { compareMarks } from "./rotation-names.ts";

/** Orders candidates: the longest first, compressed ones last. */
export function wholeFirst(a: Candidate, b: Candidate): number {
  return Number(a.isCompressed) - Number(b.isCompressed) || Number(b.stat.size - a.stat.size);
}

/** Orders candidates: the oldest first, by the time of the last write, and by name where that is the same. */
export function byAge(a: Candidate, b: Candidate): number {
  if (a.stat.mtimeNs !== b.stat.mtimeNs) return a.stat.mtimeNs < b.stat.mtimeNs ? -1 : 1;
  return compareMarks(a.name, b.name);
}
