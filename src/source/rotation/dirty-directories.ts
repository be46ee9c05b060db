import { basename, dirname } from "node:path";
import { realPathOf } from "../discovery/discover.ts";
import { logGroup } from "../identity/rotation-names.ts";
import type { Fileset } from "../tracking/fileset.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { ScanResult, ScanRequest } from "./context.ts";

/** For so long it is waited until names rest (ms). */
const patienceMs = 5000;
/** For so long after a change in a directory (ms), what else has come and gone there is looked for. */
const freshMs = 10_000;

/** A directory that is to be reconciled. */
export type DirtyDirectory = Pick<ScanRequest, "dir" | "groups" | "paths" | "isUrgent">;

interface Open {
  readonly groups: Set<string>;
  readonly paths: Set<string>;
  /** By the monotonic clock (ms). */
  readonly since: number;
}

/** Directories in which something has changed, until it is reconciled. */
export class DirtyDirectories {
  readonly #files: Fileset;
  #open = new Map<string, Open>();
  /** What has changed lately, and until when it is looked at with each search. */
  readonly #fresh = new Map<string, { readonly dir: string; readonly group: string; readonly until: number }>();

  constructor(files: Fileset) {
    this.#files = files;
  }

  /** Whether there is something to find out. */
  get isAny(): boolean {
    return this.#open.size > 0;
  }

  /** Something has become of a file. */
  add(file: TrackedFile): void {
    this.#addName(dirname(file.realPath), basename(file.realPath));
    if (file.state.kind === "live") this.addPath(file.path);
  }

  /** A file that is not known has changed. */
  addUnknown(path: string): void {
    const real = realPathOf(path);
    this.#addName(dirname(real), basename(real));
  }

  /** A path of the config leads to something that is not known. */
  addPath(path: string): void {
    const real = realPathOf(path);
    this.#addName(dirname(real), basename(real)).paths.add(path);
    const there = this.#files.live.get(path);
    if (there === undefined || there.realPath === real) return;
    this.#addName(dirname(there.realPath), basename(there.realPath)).paths.add(path);
  }

  /** A file is looked for with the next search. */
  keep({ realPath }: TrackedFile): void {
    this.#stayFresh(dirname(realPath), logGroup(basename(realPath)));
  }

  /** With a search, what has changed lately is in doubt again. */
  recall(): void {
    for (const [key, { dir, group, until }] of this.#fresh) {
      this.#in(dir).groups.add(group);
      if (until < performance.now()) this.#fresh.delete(key);
    }
  }

  /** Asks about each; what is `moving` stays in doubt, what is `growing` is in doubt again with the next search. */
  settle(ask: (doubt: DirtyDirectory) => ScanResult): void {
    const open = this.#open;
    this.#open = new Map();
    for (const [dir, doubt] of open) {
      const { groups, paths, since } = doubt;
      const answer = ask({ dir, groups, paths, isUrgent: performance.now() - since > patienceMs });
      if (answer === "settled") continue;
      for (const group of groups) this.#stayFresh(dir, group);
      if (answer === "moving") this.#open.set(dir, doubt);
    }
  }

  #addName(dir: string, name: string): Open {
    const doubt = this.#in(dir);
    doubt.groups.add(logGroup(name));
    this.#stayFresh(dir, logGroup(name));
    return doubt;
  }

  #in(dir: string): Open {
    const doubt = this.#open.get(dir) ?? { groups: new Set(), paths: new Set(), since: performance.now() };
    this.#open.set(dir, doubt);
    return doubt;
  }

  #stayFresh(dir: string, group: string): void {
    this.#fresh.set(`${dir}/${group}`, { dir, group, until: performance.now() + freshMs });
  }
}
