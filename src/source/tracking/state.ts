import { isCompressedName } from "../identity/rotation-names.ts";
import type { FileRecord } from "./record.ts";

/** Progress of reading a compressed file. */
export type ArchiveProgress =
  /**
   * `isTentative`: the file is said to go on in it, but only its first bytes were compared yet. The rest comes out only by
   * unpacking it up to the offset, which a scan does not wait for; until then others that begin like it are left undecided.
   */
  { readonly progress: "unread" | "reading"; readonly isTentative: boolean } | { readonly progress: "done" };

/** How far a retired file was read: to its end, to the end of an archive, or not to the end. */
export type Ending = "read" | "whole" | "incomplete";

/** State of a tracked file. */
export type FileState =
  /** Found under a path of the config. */
  | { readonly kind: "live" }
  /** Moved away from its path or deleted, but perhaps still written to. */
  | { readonly kind: "rotated" }
  /** Compressed: its lines come from what is unpacked. */
  | ({ readonly kind: "archive" } & ArchiveProgress)
  /**
   * Not where it was since then (monotonic clock, ms), and not found elsewhere yet; `isWhole`: an archive that was read;
   * `wasLive`: it was under a path of the config.
   */
  | { readonly kind: "missing"; readonly since: number; readonly isWhole: boolean; readonly wasLive: boolean }
  /** Not followed any more since then (Unix ms, steady), but remembered, so that it is known when it turns up again. */
  | { readonly kind: "retired"; readonly at: number; readonly ending: Ending };

/** Tells whether it is, or was, an archive that was read to its end. */
export function isWhole(state: FileState): boolean {
  if (state.kind === "archive") return state.progress === "done";
  if (state.kind === "missing") return state.isWhole;
  return state.kind === "retired" && state.ending === "whole";
}

/** Tells whether it is unconfirmed that an archive holds the file. */
export function isTentative(state: FileState): boolean {
  return state.kind === "archive" && state.progress !== "done" && state.isTentative;
}

/** Tells whether an archive is being read. */
export function isReading(state: FileState): boolean {
  return state.kind === "archive" && state.progress === "reading";
}

/** Tells whether a file has no known location: missing or retired. */
export function isGone(state: FileState): boolean {
  return state.kind === "missing" || state.kind === "retired";
}

/** Tells whether a file was retired before its end was read. */
export function wasCutShort(state: FileState): boolean {
  return state.kind === "retired" && state.ending === "incomplete";
}

/** The state of an archive of which nothing was read yet, or nothing is wanted. */
export function archiveState(progress: "unread" | "done", isTentative = false): FileState {
  return progress === "done" ? { kind: "archive", progress } : { kind: "archive", progress, isTentative };
}

/** The state that a file was saved in. */
export function stateOf({ state, done, isIncomplete, endedAt, inode, realPath, offset }: FileRecord): FileState {
  const notIncomplete = done ? "whole" : "read";
  if (state === "ended") return { kind: "retired", at: endedAt, ending: isIncomplete ? "incomplete" : notIncomplete };
  if (inode === "") return { kind: "missing", since: performance.now(), isWhole: done, wasLive: false };
  // A missing archive is saved as rotated.
  if (state === "archive" || (state === "rotated" && isCompressedName(realPath)))
    return archiveState(done ? "done" : "unread", offset > 0);
  return { kind: state };
}

/** The word that a state is saved under; older versions know no others. */
export function savedWord(state: FileState): FileRecord["state"] {
  if (state.kind === "retired") return "ended";
  return state.kind === "missing" ? "rotated" : state.kind;
}
