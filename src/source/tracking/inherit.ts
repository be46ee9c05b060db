import type { SourceOptions } from "../source.ts";
import type { NumberedRecord } from "./duplicate-records.ts";

/** The part of a tracker that decides which records it takes up. */
export interface Heir {
  readonly sources: readonly Pick<SourceOptions, "name">[];
  /** Tells whether a source names a path. */
  names(path: string): boolean;
}

/** Records of an earlier process by who goes on with them. */
export interface Inheritance<T> {
  readonly inherited: ReadonlyMap<T, readonly NumberedRecord[]>;
  /** Numbers of the records with which nobody goes on. */
  readonly left: readonly number[];
}

/**
 * Gives the records of an earlier process to those that go on with them: where its source still names the path, to that one.
 * What no source claims so (it was renamed, or has lost the glob, or the record is of an older version) is taken up by each
 * that names the path and has nothing of it, so that it is not read again; the first keeps what none names.
 */
export function inherit<T extends Heir>(
  saved: readonly NumberedRecord[],
  heirs: readonly T[],
  nextId: () => number,
): Inheritance<T> {
  const inherited = new Map(heirs.map((heir): [T, NumberedRecord[]] => [heir, []]));
  const known = new Map(heirs.map((heir) => [heir, new Set<string>()]));
  const unclaimed: NumberedRecord[] = [];
  for (const record of saved) {
    const [, { source, path }] = record;
    const heir = heirs.find((one) => one.sources.some(({ name }) => name === source) && one.names(path));
    if (heir === undefined) unclaimed.push(record);
    else inherited.get(heir)?.push(record);
    if (heir !== undefined) known.get(heir)?.add(path);
  }
  const left: number[] = [];
  for (const [id, record] of unclaimed.toSorted(([one], [other]) => one - other)) {
    const naming = heirs.filter((heir) => heir.names(record.path));
    const open =
      naming.length === 0 ? heirs.slice(0, 1) : naming.filter((heir) => known.get(heir)?.has(record.path) !== true);
    for (const [index, heir] of open.entries()) inherited.get(heir)?.push([index === 0 ? id : nextId(), record]);
    if (open.length === 0) left.push(id);
  }
  return { inherited, left };
}
