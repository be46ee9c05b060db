import { basename, dirname } from "node:path";
import { faultPoint } from "../../fault-points.ts";
import { isUnfit, statPath } from "../discovery/paths.ts";
import { Candidate, type Found } from "../identity/candidate.ts";
import { inodeOf } from "../identity/fingerprint.ts";
import { type TrackedFile, isUnchanged } from "../tracking/tracked-file.ts";
import type { Context } from "./context.ts";
import { verify } from "./verify.ts";

/** Dependencies of assigning files to paths. */
type Assigned = Pick<Context, "files" | "transitions" | "owners" | "statsOf" | "descriptors" | "look">;

/** Assigns files to the paths of the config. */
export class PathAssigner {
  readonly #context: Assigned;
  readonly #refused = new Set<string>();
  readonly #dir: string;

  /** `dir` is the directory that is looked at. */
  constructor(context: Assigned, dir: string) {
    this.#context = context;
    this.#dir = dir;
  }

  /** Excludes an unreadable inode from assignment. */
  refuse(inode: string): void {
    this.#refused.add(inode);
  }

  /** Sees to it that the file that a path leads to is the one that is followed there; whether it is known which that is. */
  place(path: string): boolean {
    const { files, transitions, owners, statsOf } = this.#context;
    const seen = this.#context.look(path);
    if (seen === undefined) {
      this.vacate(path);
      return true;
    }
    if (!("stat" in seen)) {
      if (isUnfit(seen)) this.vacate(path);
      return true;
    }
    const inode = inodeOf(seen.stat);
    const there = files.live.get(path);
    if (there?.inode === inode) {
      // It is opened where it lies, and its folder may have moved.
      there.realPath = seen.real;
      return true;
    }
    if (this.#refused.has(inode)) return true;
    const file = files.withInode(inode);
    if (file === undefined || file.state.kind === "retired") {
      const isKnown = file !== undefined || files.knows({ inode, stat: seen.stat });
      // Elsewhere, through a link: that directory is asked of its own.
      if (isKnown) this.vacate(path);
      return isKnown || dirname(seen.real) !== this.#dir;
    }
    if (!this.#isStill(file, seen)) return false;
    // Another source reads it, wherever it is found.
    if (owners.of(path) !== file.source) {
      this.vacate(path);
      return true;
    }
    if (file.state.kind === "archive") {
      file.realPath = seen.real;
      return true;
    }
    if (file.state.kind === "live") {
      const other = statPath(file.path);
      if (other !== undefined && "stat" in other && inodeOf(other.stat) === inode) return true;
      statsOf(file.source).rotations++;
    }
    this.vacate(path);
    transitions.place(file, path);
    return true;
  }

  /** Tells whether an inode still holds the file: inodes of closed files are reused. */
  #isStill(file: TrackedFile, seen: Found): boolean {
    if (this.#context.descriptors.of(file) !== undefined) return true;
    const candidate = new Candidate(seen, basename(seen.real));
    // The name says something else than before.
    if (candidate.isCompressed !== (file.state.kind === "archive")) return isUnchanged(file, seen.stat);
    try {
      return verify(file, undefined, candidate) === "here";
    } finally {
      candidate.close();
    }
  }

  /** The file at this path has left it. Whoever has it open may go on writing to it. */
  vacate(path: string): void {
    const { files, transitions, statsOf } = this.#context;
    const file = files.live.get(path);
    if (file === undefined) return;
    statsOf(file.source).rotations++;
    transitions.place(file, undefined);
    faultPoint("displaced");
  }
}
