import type { FileRecord } from "./record.ts";

/** The number and the record of a file that an earlier process has followed. */
export type NumberedRecord = readonly [id: number, file: FileRecord];

/**
 * Splits the records of an earlier process into those to keep and duplicates of the same file: older versions followed a
 * file once per source. The one that was read furthest is kept, so that nothing counts again.
 */
export function withoutDuplicates(saved: readonly NumberedRecord[]): {
  kept: NumberedRecord[];
  doubled: NumberedRecord[];
} {
  const furthest = new Map<string, NumberedRecord>();
  for (const one of saved) {
    const key = keyOf(one);
    const other = key === undefined ? undefined : furthest.get(key);
    if (key !== undefined && (other === undefined || other[1].offset < one[1].offset)) furthest.set(key, one);
  }
  const isKept = (one: NumberedRecord): boolean => {
    const key = keyOf(one);
    return key === undefined || furthest.get(key) === one;
  };
  return { kept: saved.filter(isKept), doubled: saved.filter((one) => !isKept(one)) };
}

/** Inodes are used again, so that files that were retired may have the number of another one. */
function keyOf([, { inode, realPath, state }]: NumberedRecord): string | undefined {
  return inode === "" || state === "ended" ? undefined : `${inode} ${realPath}`;
}
