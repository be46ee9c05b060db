import { statfsSync, statSync, watch, type FSWatcher } from "node:fs";
import { basename } from "node:path";
import type { Log } from "../../log.ts";
import { errorCode, errorMessage } from "../../problem.ts";
import { inodeOf } from "../identity/fingerprint.ts";
import { remoteFileSystem } from "./remote-file-systems.ts";

/** Maximum number of watched directories; further ones are polled. */
const mostDirectories = 1000;

/**
 * Says when something has happened in a directory, so that it is looked at sooner. No more than a hint: events are lost,
 * and on some file systems there are none, which is why the files are looked at anyway.
 */
export class FsEvents {
  readonly #log: Log;
  readonly #pollMs: number;
  readonly #onHint: (isNewName: boolean) => void;
  /** By the directory's inode; undefined where it is only looked at. */
  readonly #watchers = new Map<string, FSWatcher | undefined>();
  readonly #said = new Set<string>();
  #off = false;

  /** `pollMs` is for the log; `onHint` is told whether names came or went, or only contents changed. */
  constructor(log: Log, pollMs: number, onHint: (isNewName: boolean) => void) {
    this.#log = log;
    this.#pollMs = pollMs;
    this.#onHint = onHint;
  }

  /** Watches what is at these paths now, and nothing else any more; false unless there is a watched directory at each. */
  watch(paths: Iterable<string>): boolean {
    if (this.#off) return false;
    const { wanted, isComplete } = directoriesAt(paths);
    for (const inode of [...this.#watchers.keys()]) if (!wanted.has(inode)) this.#unwatch(inode);
    let room = mostDirectories - [...this.#watchers.values()].filter((watcher) => watcher !== undefined).length;
    for (const [inode, path] of wanted) {
      if (this.#watchers.has(inode)) continue;
      if (room === 0) {
        this.#sayOnce("directories", { most: mostDirectories }, "too many directories to watch: the others");
        return false;
      }
      const fileSystem = fileSystemAt(path);
      if (fileSystem === undefined) {
        this.#start(inode, path);
        room--;
      } else {
        this.#watchers.set(inode, undefined);
        this.#sayRemote(inode, path, fileSystem);
      }
    }
    return isComplete && [...wanted.keys()].every((inode) => this.#watchers.get(inode) !== undefined);
  }

  close(): void {
    this.#off = true;
    for (const inode of [...this.#watchers.keys()]) this.#unwatch(inode);
  }

  /** One watch per directory tells of everything in it; a watch per file would use up what the system allows. */
  #start(inode: string, path: string): void {
    if (this.#off) return;
    try {
      // The tail has a timer that keeps the process alive; a watch must not.
      const watcher = watch(path, { persistent: false }, (event, name) => {
        // The directory itself may be gone, and the watch with it, while the next one there has its inode.
        if (event === "rename" && name === basename(path)) this.#unwatch(inode);
        this.#onHint(event === "rename");
      });
      this.#watchers.set(inode, watcher);
      watcher.on("error", (error) => {
        this.#fail(inode, path, error);
      });
    } catch (error) {
      this.#fail(inode, path, error);
    }
  }

  #unwatch(inode: string): void {
    this.#watchers.get(inode)?.close();
    this.#watchers.delete(inode);
  }

  #fail(inode: string, path: string, error: unknown): void {
    const code = errorCode(error) ?? "unknown";
    // The limits of inotify are per user, and others use them up: then polling has to do.
    if (code === "ENOSPC" || code === "EMFILE" || code === "ENFILE") {
      this.#sayOnce("limit", { code }, "no more inotify watches are allowed: files");
      this.close();
      return;
    }
    // The next search tries again.
    this.#unwatch(inode);
    this.#sayOnce(
      `error ${code}`,
      { directory: path, problem: errorMessage(error) },
      "cannot watch a directory: its files",
    );
  }

  /** Logs once per mounted file system, however many directories there are. */
  #sayRemote(inode: string, directory: string, fileSystem: string): void {
    const [device] = inode.split(":");
    const why = "not all changes on this file system are told of: its files";
    this.#sayOnce(`device ${device ?? ""}`, { directory, fileSystem }, why);
  }

  #sayOnce(what: string, details: Readonly<Record<string, unknown>>, whose: string): void {
    if (this.#off || this.#said.has(what)) return;
    this.#said.add(what);
    this.#log.warn({ ...details, everyMs: this.#pollMs }, `${whose} are followed by polling alone`);
  }
}

/** The directories at these paths by their inodes, links followed; complete where there is one at each. */
function directoriesAt(paths: Iterable<string>): { wanted: ReadonlyMap<string, string>; isComplete: boolean } {
  const wanted = new Map<string, string>();
  let isComplete = true;
  for (const path of paths) {
    try {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat?.isDirectory() === true) wanted.set(inodeOf(stat), path);
      else isComplete = false;
    } catch {
      // Whoever looks for files there says why it cannot be looked at.
      isComplete = false;
    }
  }
  return { wanted, isComplete };
}

/** The name of the file system at a path when it must be looked at; undefined when it can be watched. */
function fileSystemAt(path: string): string | undefined {
  try {
    return remoteFileSystem(statfsSync(path).type);
  } catch {
    return undefined;
  }
}
