import { readdir, realpath, type Dirent } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage } from "../../problem.ts";
import type { Stopwatch } from "../pace.ts";
import type { Boundary } from "./boundary.ts";
import { noSlashAtEnd, realPathOf, statPath, type Refused } from "./paths.ts";
import { isMangled, unreadableNames } from "./unreadable-names.ts";

/**
 * Makes the functions with which a search lists directories. FIFOs, sockets, devices and links to anything but directories
 * are listed as files: the search would omit them, and links with a missing or inaccessible target, silently. Links to
 * directories out of bounds are not followed. What is not listed is added to `unlisted`.
 */
export function searchedFileSystem(
  globs: readonly string[],
  own: Stopwatch,
  boundary: Boundary,
  unlisted: Refused[],
): { readonly readdir: typeof readdir; readonly realpath: typeof realpath } {
  /** Refusals by the targets of links. */
  const refusals = new Map<string, Refused>();
  return {
    readdir: new Proxy(readdir, {
      apply(list, self: unknown, args: unknown[]) {
        const dir = noSlashAtEnd(String(args[0]));
        const callback = args.at(-1);
        const real = realPathOf(dir);
        // A directory may have become a link since it was listed.
        const refusal = refusals.get(dir) ?? (real === dir ? undefined : boundary.refuseLink(dir, real));
        const passOn = (error: unknown, entries: readonly Dirent[] = []): void => {
          own.measure(() => {
            unlisted.push(...problemsOf(dir, error));
            for (const entry of entries) {
              if (!entry.isDirectory() && !isLinkToDirectory(entry)) entry.isFile = (): boolean => true;
            }
            if (typeof callback === "function") Reflect.apply(callback, undefined, [error, entries]);
          });
        };
        if (refusal === undefined) {
          Reflect.apply(list, self, [...args.slice(0, -1), passOn]);
          return;
        }
        // A search also lists directories in which nothing can match.
        if (globs.some((glob) => mayMatchBelow(glob, refusal.path))) unlisted.push(refusal);
        passOn(null);
      },
    }),
    realpath: new Proxy(realpath, {
      apply(resolve, self: unknown, args: unknown[]) {
        const path = noSlashAtEnd(String(args[0]));
        const callback = args.at(-1);
        const passOn = (error: unknown, target: unknown): void => {
          const refusal = typeof target === "string" ? boundary.refuseLink(path, target) : undefined;
          if (refusal !== undefined) refusals.set(String(target), refusal);
          if (typeof callback === "function") Reflect.apply(callback, undefined, [error, target]);
        };
        Reflect.apply(resolve, self, [...args.slice(0, -1), passOn]);
      },
    }),
  };
}

function problemsOf(dir: string, error: unknown): Refused[] {
  const code = errorCode(error) ?? "";
  if (code === "ENOENT" && isMangled(dir)) return unreadableNames([dir]);
  // A folder that is gone by now, or a link to what is none, is no trouble.
  return ["", "ENOENT", "ENOTDIR"].includes(code) ? [] : [{ path: dir, code, problem: errorMessage(error) }];
}

function isLinkToDirectory(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return false;
  const seen = statPath(join(entry.parentPath, entry.name));
  return seen !== undefined && "code" in seen && seen.code === "EISDIR";
}

/** Tells whether a glob has more levels than a path that its beginning matches. */
function mayMatchBelow(glob: string, path: string): boolean {
  return /\*\*|[{(].*\//u.test(glob) || glob.split("/").length > path.split("/").length;
}
