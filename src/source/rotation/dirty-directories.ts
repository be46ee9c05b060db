import { basename, dirname } from "node:path";
import { realPathOf } from "../discovery/paths.ts";
import { logGroup } from "../identity/rotation-names.ts";
import type { Fileset } from "../tracking/fileset.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { ScanResult, ScanRequest } from "./context.ts";

/** Maximum time to wait for names to rest (ms). */
const patienceMs = 5000;
/** Time after a change in a directory in which each search scans it again (ms). */
const freshMs = 10_000;

/** A directory to be reconciled. */
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
  /** Recently changed groups, scanned with each search until a time. */
  readonly #fresh = new Map<string, { readonly dir: string; readonly group: string; readonly until: number }>();

  constructor(files: Fileset) {
    this.#files = files;
  }

  /** True if a directory is dirty. */
  get isAny(): boolean {
    return this.#open.size > 0;
  }

  /** True if a directory is dirty, or something has changed in one a short while ago. */
  get isFresh(): boolean {
    return this.isAny || this.#fresh.size > 0;
  }

  /** Marks the directory of a changed file. */
  add(file: TrackedFile): void {
    this.#addName(dirname(file.realPath), basename(file.realPath));
    if (file.state.kind === "live") this.addPath(file.path);
  }

  /** Marks the directory of a changed unknown file. */
  addUnknown(path: string): void {
    const real = realPathOf(path);
    this.#addName(dirname(real), basename(real));
  }

  /** Marks the directory of a configured path that leads to an unknown file. */
  addPath(path: string): void {
    const real = realPathOf(path);
    this.#addName(dirname(real), basename(real)).paths.add(path);
    const there = this.#files.live.get(path);
    if (there === undefined || there.realPath === real) return;
    this.#addName(dirname(there.realPath), basename(there.realPath)).paths.add(path);
  }

  /** Scans for a file with the next search. */
  keep({ realPath }: TrackedFile): void {
    this.#stayFresh(dirname(realPath), logGroup(basename(realPath)));
  }

  /** Marks recently changed groups again, once per search. */
  recall(): void {
    for (const [key, { dir, group, until }] of this.#fresh) {
      this.#in(dir).groups.add(group);
      if (until < performance.now()) this.#fresh.delete(key);
    }
  }

  /** Reconciles each directory: `moving` ones stay dirty, `growing` ones are dirty again with the next search. */
  async settle(ask: (doubt: DirtyDirectory) => Promise<ScanResult>): Promise<void> {
    const open = this.#open;
    this.#open = new Map();
    for (const [dir, doubt] of open) {
      const { groups, paths, since } = doubt;
      const answer = await ask({ dir, groups, paths, isUrgent: performance.now() - since > patienceMs });
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
