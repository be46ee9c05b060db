import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Outcomes } from "../torture/outcomes.js";

/** What a case can ask of the daemon that follows its folder. */
export interface Follower {
  /** Waits until what it counts of the model is what was written. */
  settled(folder: LogFolder): Promise<void>;
  /** Waits until its page of metrics has a line that begins so, or is so, after the prefix. */
  shows(series: string | RegExp): Promise<void>;
  /** All that it has written to its log so far. */
  readonly log: string;
}

/** Tells whether a page of metrics has a line that begins so, or is so, after the prefix. */
export function hasSeries(page: string, series: string | RegExp): boolean {
  const own = `\n${page}`.replaceAll("\nmodel_quality_exporter_", "\n");
  return typeof series === "string" ? own.includes(`\n${series}`) : series.test(own);
}

/** The folder in which one case plays, and the count of what was written there. */
export class LogFolder {
  readonly dir: string;
  readonly app: string;
  readonly outcomes: Outcomes;
  /** How many lines the daemon that runs now was expected to reject, by reason. */
  readonly rejections = new Map<string, number>();
  readonly #follower: Follower;
  readonly #open = new Set<number>();

  constructor(dir: string, model: string, follower: Follower) {
    this.dir = dir;
    this.app = join(dir, "app.log");
    this.outcomes = new Outcomes(model);
    this.#follower = follower;
    mkdirSync(dir, { recursive: true });
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Appends so many lines to a file, which is made when it is not there. */
  write(count = 1, path = this.app): void {
    appendFileSync(path, this.outcomes.lines(count));
  }

  /** So many lines, each with so many bytes more than usual, which are to be written so many times. */
  block(count: number, times: number, padBytes = 0): Buffer {
    const { cells } = this.outcomes;
    const before = new Map(cells);
    const lines = Array.from({ length: count }, () => `${this.outcomes.next({ more: "x".repeat(padBytes) })}\n`);
    for (const [cell, total] of cells) {
      const old = before.get(cell) ?? 0;
      cells.set(cell, old + (total - old) * times);
    }
    return Buffer.from(lines.join(""));
  }

  /** So many lines that must not count: as good as any, but nobody expects them. */
  unwanted(count = 1): string {
    const from = this.outcomes.written;
    const lines = this.outcomes.lines(count);
    for (let number = from; number < from + count; number++) this.outcomes.uncount(number);
    return lines;
  }

  /** Opens a file as a server does, to append to it. */
  open(path = this.app, flags = "a"): number {
    const fd = openSync(path, flags);
    this.#open.add(fd);
    return fd;
  }

  /** Writes so many lines to an open file. */
  writeTo(fd: number, count = 1): void {
    writeSync(fd, this.outcomes.lines(count));
  }

  close(fd: number): void {
    if (this.#open.delete(fd)) closeSync(fd);
  }

  closeAll(): void {
    for (const fd of [...this.#open]) this.close(fd);
  }

  /** Moves `NAME.1` to `NAME.2` and so on, compressed or not, and `NAME` to `NAME.1`. */
  rotate(name = "app.log"): void {
    this.shift(name);
    renameSync(this.path(name), this.path(`${name}.1`));
  }

  /** Moves `NAME.1` to `NAME.2` and so on, compressed or not. */
  shift(name = "app.log"): void {
    for (let number = 9; number > 0; number--) {
      for (const ending of ["", ".gz"]) {
        const from = this.path(`${name}.${number}${ending}`);
        if (existsSync(from)) renameSync(from, this.path(`${name}.${number + 1}${ending}`));
      }
    }
  }

  /** `copytruncate` as logrotate does it. */
  copyTruncate(name = "app.log"): void {
    this.shift(name);
    copyFileSync(this.path(name), this.path(`${name}.1`));
    writeFileSync(this.path(name), "");
  }

  /** Compresses a file as `gzip --keep` does: the new one has the times of the old one. */
  compress(name: string): void {
    const path = this.path(name);
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz`, atime, mtime);
  }

  /** Compresses a file as gzip does: as `compress`, and the old one is removed. */
  gzip(name: string): void {
    this.compress(name);
    rmSync(this.path(name));
  }

  /** Waits until the daemon counts what was written so far. */
  settled(): Promise<void> {
    return this.#follower.settled(this);
  }

  /** Waits until the daemon knows of so many bytes in a file that it cannot count yet. */
  unread(bytes: number, path = this.app): Promise<void> {
    return this.#follower.shows(`source_lag_bytes{source="${this.outcomes.model}",file="${path}"} ${bytes}\n`);
  }

  /** Waits until the daemon follows so many files. */
  follows(files: number): Promise<void> {
    return this.#follower.shows(`files{source="${this.outcomes.model}"} ${files}\n`);
  }

  /** Waits until the daemon has read all that a file holds, if it did not begin in an earlier process. */
  read(path: string): Promise<void> {
    return this.#follower.shows(
      `source_read_bytes_total{source="${this.outcomes.model}",file="${path}"} ${statSync(path).size}\n`,
    );
  }

  /** Waits until the daemon has rejected so many lines for this reason, and no more are to be rejected while it runs. */
  rejected(reason: string, lines: number): Promise<void> {
    this.rejections.set(reason, lines);
    return this.#follower.shows(`line_errors_total{source="${this.outcomes.model}",reason="${reason}"} ${lines}\n`);
  }

  /** Waits until the daemon has failed to read a file for this reason. */
  failed(code: string, times?: number): Promise<void> {
    const { model } = this.outcomes;
    if (times !== undefined) {
      return this.#follower.shows(`file_errors_total{source="${model}",code="${code}"} ${times}\n`);
    }
    return this.#follower.shows(new RegExp(`^file_errors_total\\{source="${model}",code="${code}"\\} [1-9]`, "mu"));
  }

  /** All that the daemon has written to its log so far. */
  get log(): string {
    return this.#follower.log;
  }

  /** What stands in the folder, for messages. */
  listing(): string {
    return readdirSync(this.dir, { recursive: true, encoding: "utf8" }).join(" ");
  }
}
