import { lstatSync, realpathSync, type BigIntStats } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Found } from "../identity/candidate.ts";
import type { SourceOptions } from "../source.ts";
import { baseOf, matcherOf } from "./glob.ts";
import { kernelFileSystem } from "./kernel-file-systems.ts";
import { OwnFiles } from "./own-files.ts";
import { asked, isWithin, realPathOf, seenAs, type Refused } from "./paths.ts";

interface Pattern {
  readonly base: string;
  readonly matches: (path: string) => boolean;
}

/** Where the bases of the patterns, and the directories that links may lead to, are now. */
interface Places {
  readonly bases: ReadonlyMap<string, string>;
  readonly targets: readonly string[];
}

/**
 * Decides what a source may read. Whoever may write to a log folder can plant a link in it: a link below the base of a glob
 * must not lead out of the resolved base, and that of a named file not out of its folder, unless it leads to another file of
 * the source, or `linkTargets` has the place. The base itself may be reached through links.
 */
export class Boundary {
  readonly #patterns: readonly Pattern[];
  readonly #linkTargets: readonly string[];
  readonly #ownFiles: OwnFiles;
  #places: Places;
  /** The kernel's file systems by device, since the last `renew`. */
  readonly #kernel = new Map<bigint, string | undefined>();

  constructor({ files, linkTargets = [] }: Pick<SourceOptions, "files" | "linkTargets">, ownFiles = new OwnFiles()) {
    this.#patterns = files.map((pattern) => ({ base: baseOf(pattern), matches: matcherOf([pattern]) }));
    this.#linkTargets = linkTargets;
    this.#ownFiles = ownFiles;
    this.#places = this.#placesNow();
  }

  /** Resolves the bases anew. */
  renew(): void {
    this.#places = this.#placesNow();
    this.#kernel.clear();
  }

  /**
   * Looks at a path that the source names: a regular file that it may read, why it may not, or nothing (undefined).
   * A search, right after `renew`, passes what resolves the links of a directory.
   */
  look(path: string, realDirOf?: (dir: string) => string): Found | Refused | undefined {
    return asked(path, () => {
      const entry = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (entry === undefined) return undefined;
      const isLink = entry.isSymbolicLink();
      const real = isLink ? realpathSync.native(path) : join((realDirOf ?? realPathOf)(dirname(path)), basename(path));
      const stat = isLink ? lstatSync(real, { bigint: true }) : entry;
      // Between the two the target was replaced by a link.
      if (stat.isSymbolicLink()) return undefined;
      const seen = seenAs(path, stat);
      if ("code" in seen) return seen;
      const isAllowed = (): boolean => this.#isAllowed(path, real);
      return (
        this.#refusal(path, real, stat) ??
        (isAllowed() || (realDirOf === undefined && this.#asOfNow(isAllowed))
          ? { ...seen, real }
          : leadsOut(path, real, dirname(real), "a file"))
      );
    });
  }

  /** Tells whether a resolved directory is in reach of the source. */
  holds(dir: string): boolean {
    return this.#isHeld(dir) || this.#asOfNow(() => this.#isHeld(dir));
  }

  /** Returns why the link to a directory must not be followed, or undefined. */
  refuseLink(path: string, target: string): Refused | undefined {
    const isBase = this.#patterns.some(({ base }) => isWithin(base, path));
    return isBase || this.#isHeld(target) ? undefined : leadsOut(path, target, target, "a directory");
  }

  /** Tells whether a link below the bases is on the way to a directory. */
  isBehindLink(path: string, real: string): boolean {
    return [...this.#places.bases].every(
      ([base, place]) => !isWithin(path, base) || join(place, relative(base, path)) !== real,
    );
  }

  /** Refuses what no link may lead to, and no path either. */
  #refusal(path: string, real: string, stat: BigIntStats): Refused | undefined {
    const kernel = this.#kernelFileSystem(real, stat.dev);
    if (kernel !== undefined)
      return { path, code: "procfs", problem: `it lies on ${kernel}, a file system of the kernel, and is no log` };
    const own = this.#ownFiles.describe(stat);
    return own === undefined ? undefined : { path, code: "own", problem: `it is ${own}; exclude it from the source` };
  }

  #isAllowed(path: string, real: string): boolean {
    const { bases, targets } = this.#places;
    return (
      targets.some((target) => isWithin(real, target)) ||
      this.#patterns.some(({ base, matches }) => {
        const place = bases.get(base) ?? base;
        // What is found without the link as well may be read through it.
        return isWithin(real, place) && (matches(path) || matches(join(base, relative(place, real))));
      })
    );
  }

  #isHeld(dir: string): boolean {
    const { bases, targets } = this.#places;
    return [...bases.values(), ...targets].some((place) => isWithin(dir, place));
  }

  /** Asks again with the bases as they are now: links in them may have been switched since the search. */
  #asOfNow(ask: () => boolean): boolean {
    this.#places = this.#placesNow();
    return ask();
  }

  #placesNow(): Places {
    return {
      bases: new Map(this.#patterns.map(({ base }) => [base, realPathOf(base)])),
      targets: this.#linkTargets.map((dir) => realPathOf(dir)),
    };
  }

  #kernelFileSystem(real: string, device: bigint): string | undefined {
    if (!this.#kernel.has(device)) this.#kernel.set(device, kernelFileSystem(real));
    return this.#kernel.get(device);
  }
}

function leadsOut(path: string, target: string, dir: string, what: string): Refused {
  const mend = `to follow such links, set on the source links: { to: [${JSON.stringify(dir)}] }`;
  return {
    path,
    code: "link",
    problem: `a link leads out of the log folder, to ${what} elsewhere: ${target}; ${mend}`,
  };
}
