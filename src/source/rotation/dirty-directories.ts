import { basename, dirname } from "node:path";
import { realPathOf } from "../discovery/discover.ts";
import { kinOf } from "../identity/rotation-names.ts";
import type { FileSet } from "../tracking/fileset.ts";
import type { FollowedFile } from "../tracking/tracked-file.ts";
import type { Answer, Question } from "./context.ts";

/** For so long it is waited until names rest (ms). */
const patienceMs = 5000;
/** For so long after a change in a directory (ms), what else has come and gone there is looked for. */
const freshMs = 10_000;

/** What must be found out about a directory. */
export type Doubt = Pick<Question, "dir" | "kins" | "paths" | "isUrgent">;

interface Open {
  readonly kins: Set<string>;
  readonly paths: Set<string>;
  /** By the monotonic clock (ms). */
  readonly since: number;
}

/** The directories of a source in which something has changed, until it is known what. */
export class Doubts {
  readonly #files: FileSet;
  #open = new Map<string, Open>();
  /** What has changed lately, and until when it is looked at with each search. */
  readonly #fresh = new Map<string, { readonly dir: string; readonly kin: string; readonly until: number }>();

  constructor(files: FileSet) {
    this.#files = files;
  }

  /** Whether there is something to find out. */
  get areAny(): boolean {
    return this.#open.size > 0;
  }

  /** Something has become of a file. */
  add(file: FollowedFile): void {
    this.#addName(dirname(file.realPath), basename(file.realPath));
    if (file.state === "live") this.addPath(file.path);
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
  keep({ realPath }: FollowedFile): void {
    this.#stayFresh(dirname(realPath), kinOf(basename(realPath)));
  }

  /** With a search, what has changed lately is in doubt again. */
  recall(): void {
    for (const [key, { dir, kin, until }] of this.#fresh) {
      this.#in(dir).kins.add(kin);
      if (until < performance.now()) this.#fresh.delete(key);
    }
  }

  /** Asks about each; what is `moving` stays in doubt, what is `growing` is in doubt again with the next search. */
  settle(ask: (doubt: Doubt) => Answer): void {
    const open = this.#open;
    this.#open = new Map();
    for (const [dir, doubt] of open) {
      const { kins, paths, since } = doubt;
      const answer = ask({ dir, kins, paths, isUrgent: performance.now() - since > patienceMs });
      if (answer === "settled") continue;
      for (const kin of kins) this.#stayFresh(dir, kin);
      if (answer === "moving") this.#open.set(dir, doubt);
    }
  }

  #addName(dir: string, name: string): Open {
    const doubt = this.#in(dir);
    doubt.kins.add(kinOf(name));
    this.#stayFresh(dir, kinOf(name));
    return doubt;
  }

  #in(dir: string): Open {
    const doubt = this.#open.get(dir) ?? { kins: new Set(), paths: new Set(), since: performance.now() };
    this.#open.set(dir, doubt);
    return doubt;
  }

  #stayFresh(dir: string, kin: string): void {
    this.#fresh.set(`${dir}/${kin}`, { dir, kin, until: performance.now() + freshMs });
  }
}
