import { watch, type FSWatcher } from "chokidar";
import type { Log } from "../log.ts";
import { errorCode, errorMessage } from "../problem.ts";

/** Directories past this many are not watched but only looked at. */
const mostDirectories = 1000;

/**
 * Says when something has happened in a directory, so that it is looked at sooner. No more than a hint: events are lost,
 * and on some file systems there are none, which is why the files are looked at anyway.
 */
export class Hints {
  readonly #onHint: (isNewName: boolean) => void;
  readonly #log: Log;
  readonly #watched = new Set<string>();
  #watcher: FSWatcher | undefined;
  #off = false;

  /** `onHint` is told whether names came or went, or only contents changed. */
  constructor(log: Log, onHint: (isNewName: boolean) => void) {
    this.#log = log;
    this.#onHint = onHint;
  }

  /** Watches further directories. */
  watch(directories: Iterable<string>): void {
    if (this.#off) return;
    const added = [...directories].filter((dir) => !this.#watched.has(dir));
    for (const dir of added) {
      if (this.#watched.size < mostDirectories) this.#watched.add(dir);
    }
    const fresh = added.filter((dir) => this.#watched.has(dir));
    if (fresh.length === 0) return;
    this.#watcher ??= this.#start();
    this.#watcher.add(fresh);
  }

  async close(): Promise<void> {
    this.#off = true;
    await this.#watcher?.close();
  }

  #start(): FSWatcher {
    const watcher = watch([], {
      // The tail has a timer that keeps the process alive; a watch must not.
      persistent: false,
      depth: 0,
      ignoreInitial: true,
      // One watch per directory tells of everything in it; a watch per file would use up what the system allows.
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    });
    watcher.on("raw", (event) => {
      if (!this.#off) this.#onHint(event === "rename");
    });
    watcher.on("error", (error) => {
      this.#fail(error);
    });
    return watcher;
  }

  /** The limits of inotify are per user, and others use them up: then polling has to do. */
  #fail(error: unknown): void {
    if (this.#off) return;
    const code = errorCode(error);
    if (code !== "ENOSPC" && code !== "EMFILE" && code !== "ENFILE") {
      this.#log.debug({ error: errorMessage(error) }, "the watcher has failed for a path");
      return;
    }
    this.#log.warn({ code }, "no more inotify watches are allowed: files are followed by polling alone");
    void this.close();
  }
}
