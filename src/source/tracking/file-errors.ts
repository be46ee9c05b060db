import { errorCode, errorMessage } from "../../problem.ts";
import { unfitCodes, type Refused } from "../discovery/paths.ts";
import { foreignText } from "../identity/rotation-names.ts";
import type { FileStatus } from "../source.ts";
import type { FileLog } from "./file-log.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Retry interval after a failed open or read (ms). */
const retryMs = 1000;

/** Error codes that are counted from 0, so that a first error is an increase. */
const commonCodes = ["ENOENT", "EACCES", "EIO", "EMFILE", ...unfitCodes];

interface Trouble extends Refused {
  /** Unread bytes, and their monotonic time (ms). Undefined if unknown. */
  readonly waits?: { readonly size: number; readonly since: number };
}

/** Read errors of a source: counted, and logged once, as far as `FileLog` allows. */
export class FileErrors {
  readonly #source: string;
  readonly #log: FileLog;
  #hasLeftOut = false;
  readonly #counts = new Map<string, number>(commonCodes.map((code) => [code, 0]));
  #pastLimit: ReadonlySet<string> = new Set();
  #isLimitTold = false;
  #refused = new Map<string, Trouble>();
  /** Refused paths of the search before: one that is missing here was not logged yet. */
  #before: ReadonlyMap<string, Trouble> = new Map();

  constructor(source: string, log: FileLog) {
    this.#source = source;
    this.#log = log;
  }

  /** Failed reads by the system's error code. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Counts a failed read, and logs it once. The file is retried while it exists. */
  failed(file: TrackedFile, error: unknown): void {
    this.report(file, errorCode(error) ?? "unknown", errorMessage(error));
  }

  /** Counts a failure with the caller's code and text, and logs it once. */
  report(file: TrackedFile, code: string, text: string): void {
    this.#count(code);
    const isNew = file.stats.fail({ code, text }, retryMs);
    if (isNew) this.#warn({ file: file.realPath, code, problem: text }, "cannot read the file");
  }

  /** Replaces the paths that cannot be followed by those of the last search; logs new ones. */
  refuse(refused: readonly Refused[]): void {
    this.#before = this.#refused;
    this.#refused = new Map(refused.map((file) => [file.path, file]));
    for (const { path, code, problem } of refused) {
      if (this.#before.get(path)?.code === code) continue;
      this.#count(code);
      this.#warn({ path, problem }, "cannot follow the path");
    }
  }

  /** Replaces the paths past the limit by those of the last search; counts new ones, and logs once that there are any. */
  passLimit(paths: readonly string[], maxFiles: number): void {
    for (const path of paths) if (!this.#pastLimit.has(path)) this.#count("limit");
    this.#pastLimit = new Set(paths);
    const [file] = paths;
    if (file === undefined || this.#isLimitTold) return;
    this.#isLimitTold = true;
    const text =
      "more files match than limits.maxFiles: those written longest ago are not read; raise it, or name fewer";
    this.#warn({ source: this.#source, maxFiles, refused: paths.length, file }, text);
  }

  /** Logs once that files are left out since they cannot be read: they may be what is left of files that were read. */
  leaveOut([file, ...others]: readonly string[]): void {
    if (file === undefined || this.#hasLeftOut) return;
    this.#hasLeftOut = true;
    const what = { source: this.#source, file, files: others.length + 1, problem: foreignText(file) };
    this.#log.tell("info", this.#source, what, "files that are compressed in a form that cannot be read are left out");
  }

  /** Counts a found file that could not be opened, and logs it once; retried with the next search. `size` is in bytes. */
  unreadable(path: string, size: number, error: unknown): void {
    const code = errorCode(error) ?? "unknown";
    this.#count(code);
    const problem = errorMessage(error);
    const said = this.#refused.get(path) ?? this.#before.get(path);
    if (said?.code !== code) this.#warn({ file: path, code, problem }, "cannot read the file; will retry");
    this.#refused.set(path, { path, code, problem, waits: { size, since: said?.waits?.since ?? performance.now() } });
  }

  /** Status of the paths that cannot be followed. */
  status(): FileStatus[] {
    return [...this.#refused.values()].map(({ path, problem, waits }) => {
      return {
        source: this.#source,
        path,
        lagBytes: waits?.size,
        readBytes: 0,
        lastReadSeconds: 0,
        lagSeconds: waits && (performance.now() - waits.since) / 1000,
        state: "refused",
        problem,
      };
    });
  }

  #warn(what: Readonly<Record<string, unknown>>, text: string): void {
    this.#log.tell("warn", this.#source, what, text);
  }

  #count(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }
}
