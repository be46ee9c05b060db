import type { JsonValue } from "../../serializable.ts";
import { type Fingerprint, type Identity, noFingerprint } from "../identity/fingerprint.ts";
import type { Copy } from "../identity/match.ts";
import { readChecksums } from "../identity/prefix-checksums.ts";

/**
 * Saved words of the states: live under a configured path; rotated (renamed, replaced, deleted); archive; or ended, that is
 * retired but remembered, so that it is recognised when it turns up again.
 */
export const savedStates = ["live", "rotated", "archive", "ended"] as const;

/** One of `savedStates`. */
export type SavedState = (typeof savedStates)[number];

/** Parsed form of what `TrackedFile.save` wrote. */
export interface FileRecord extends Identity {
  /** Name of its source; undefined as older versions have written it. */
  readonly source: string | undefined;
  readonly path: string;
  readonly realPath: string;
  readonly inode: string;
  readonly modified: bigint;
  readonly state: SavedState;
  readonly order: number;
  readonly done: boolean;
  /** Size of a fully read archive, or of a file with unread data; else 0. */
  readonly size: number;
  readonly isIncomplete: boolean;
  readonly copies: readonly (readonly [inode: string, copy: Copy])[];
  readonly endedAt: number;
  readonly reader: JsonValue | undefined;
}

/** Reads back what `FollowedFile.save` wrote; undefined when it is not of that form. */
export function readRecord(value: JsonValue): FileRecord | undefined {
  if (typeof value !== "object" || value === null || !isRecord(value)) return undefined;
  const [path, inode, modified] = [value["path"], value["inode"], value["modified"]];
  const source = value["source"];
  const [offset, realPath, endedAt] = [value["offset"], value["realPath"], value["endedAt"]];
  const [order, size, checksums] = [value["order"], value["size"], value["milestones"]];
  const head = readFingerprint(value["head"]);
  const tail = readFingerprint(value["tail"]);
  const state = savedStates.find((word) => word === value["state"]);
  if (typeof path !== "string" || typeof inode !== "string") return undefined;
  if (typeof offset !== "number" || typeof modified !== "string" || state === undefined) return undefined;
  if (head === undefined || tail === undefined) return undefined;
  return {
    source: typeof source === "string" ? source : undefined,
    path,
    realPath: typeof realPath === "string" ? realPath : path,
    inode,
    state,
    offset,
    head,
    tail,
    checksums: typeof checksums === "string" ? readChecksums(checksums) : [],
    modified: BigInt(modified),
    order: typeof order === "number" ? order : 0,
    done: value["done"] === true,
    size: typeof size === "number" ? size : 0,
    isIncomplete: value["incomplete"] === true,
    copies: readCopies(value["copies"]),
    endedAt: typeof endedAt === "number" ? endedAt : 0,
    reader: value["reader"],
  };
}

/** A copy as it is written down. */
export function saveCopy(inode: string, { path, size, modified, isShort, tail }: Copy): JsonValue {
  return [inode, path, size, String(modified), isShort, [tail.bytes, tail.hash]];
}

function readCopies(value: JsonValue | undefined): [string, Copy][] {
  if (value === undefined || !isList(value)) return [];
  return value.flatMap((row) => {
    if (!isList(row)) return [];
    const [inode, path, size, modified, isShort, last] = row;
    if (typeof inode !== "string" || typeof path !== "string" || typeof size !== "number") return [];
    if (typeof modified !== "string") return [];
    const tail = readFingerprint(last) ?? noFingerprint;
    return [[inode, { path, size, modified: BigInt(modified), isShort: isShort === true, tail }]];
  });
}

function isRecord(
  value: readonly JsonValue[] | { readonly [key: string]: JsonValue },
): value is { readonly [key: string]: JsonValue } {
  return !isList(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function readFingerprint(value: JsonValue | undefined): Fingerprint | undefined {
  if (value === undefined || !isList(value)) return undefined;
  const [bytes, hash] = value;
  return typeof bytes === "number" && typeof hash === "string" ? { bytes, hash } : undefined;
}
