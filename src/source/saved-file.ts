import type { Plain } from "../plain.ts";
import type { FileState } from "./followed-file.ts";
import type { Fingerprint, Identity } from "./identity.ts";

/** What `FollowedFile.save` wrote down. */
export interface SavedFile extends Identity {
  readonly source: string;
  readonly path: string;
  readonly inode: string;
  readonly state: FileState;
  readonly modified: bigint;
  readonly reader: Plain | undefined;
}

/** Reads back what `FollowedFile.save` wrote; undefined when it is not of that form. */
export function readSaved(value: Plain): SavedFile | undefined {
  if (typeof value !== "object" || value === null || !isRecord(value)) return undefined;
  const source = value["source"];
  const path = value["path"];
  const inode = value["inode"];
  const offset = value["offset"];
  const head = readFingerprint(value["head"]);
  const tail = readFingerprint(value["tail"]);
  const modified = value["modified"];
  if (typeof source !== "string" || typeof path !== "string") return undefined;
  if (typeof inode !== "string" || typeof offset !== "number") return undefined;
  if (typeof modified !== "string" || head === undefined || tail === undefined) return undefined;
  const state = value["state"] === "rotated" ? "rotated" : "live";
  return { source, path, inode, state, offset, head, tail, modified: BigInt(modified), reader: value["reader"] };
}

function isRecord(
  value: readonly Plain[] | { readonly [key: string]: Plain },
): value is { readonly [key: string]: Plain } {
  return !isList(value);
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function readFingerprint(value: Plain | undefined): Fingerprint | undefined {
  if (value === undefined || !isList(value)) return undefined;
  const [bytes, hash] = value;
  return typeof bytes === "number" && typeof hash === "string" ? { bytes, hash } : undefined;
}
