import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "@jest/globals";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { eventually } from "../support/eventually.ts";
import { TailBed, type Wanted } from "./tail-bed.ts";

/** A writer of numbered lines, and what rotation does to its files. */
export class Stage {
  readonly dir: string;
  readonly app: string;
  readonly lines: string[] = [];
  /** Whether app.log.1 is a copy, and not what was app.log. */
  oldIsCopy = false;
  readonly #wanted: Wanted;
  #bed: TailBed | undefined;
  #saved: readonly (readonly [EntryKey, JsonValue])[] = [];
  #counted = 0;
  #written = 0;

  /** The directory is empty; `wanted.files` are names in it. */
  constructor(dir: string, wanted: Wanted) {
    this.dir = dir;
    this.app = join(dir, "app.log");
    this.#wanted = { deletedMs: 100, ...wanted, files: wanted.files.map((name) => join(dir, name)) };
  }

  /** Waits until the tail has read what was written, but for so many lines; starts it when it does not run. */
  async look(missing = 0): Promise<void> {
    this.#bed ??= await this.#start();
    const bed = this.#bed;
    const isThere = async (): Promise<boolean> => {
      if (this.#wanted.byHand === true) await bed.look();
      return this.lines.length >= this.#written - missing;
    };
    // What is missing in the end is said by `expectOnce`, line by line.
    await eventually(isThere, "all lines", 20_000).catch(() => undefined);
  }

  /** Stops the tail after a look; the next one goes on from what this one had committed. */
  async stop(missing = 0): Promise<void> {
    await this.look(missing);
    this.commit();
    await this.close();
  }

  /** Lets the tail look once, whatever it finds. */
  async glance(): Promise<void> {
    this.#bed ??= await this.#start();
    await this.#bed.look();
    this.#tick();
  }

  /** Waits until the clock of the file system has moved on: of two changes at one time it shows one. */
  #tick(): void {
    const path = `${this.dir}.tick`;
    writeFileSync(path, "");
    const before = statSync(path, { bigint: true }).mtimeNs;
    while (statSync(path, { bigint: true }).mtimeNs === before) writeFileSync(path, "");
  }

  /** Writes down what was read so far, and where the tail is. */
  commit(): void {
    if (this.#bed === undefined) return;
    this.#saved = this.#bed.committed();
    this.#counted = this.lines.length;
  }

  /** The process dies: what was not committed has not happened. The next one begins where the last commit was. */
  async kill(): Promise<void> {
    await this.close();
    this.lines.length = this.#counted;
  }

  /** Ends the tail, if it runs. */
  async close(): Promise<void> {
    await this.#bed?.tail.close();
    this.#bed = undefined;
  }

  /** Each line was read once. */
  async expectOnce(): Promise<void> {
    await this.stop();
    const expected = Array.from({ length: this.#written }, (_, index) => `line ${index + 1}`);
    expect(this.lines.filter((line) => !line.startsWith("#")).toSorted(byNumber)).toEqual(expected);
  }

  async #start(): Promise<TailBed> {
    const bed = new TailBed({ ...this.#wanted, saved: this.#saved }, this.lines);
    await bed.tail.start();
    return bed;
  }

  next(): string {
    return `line ${++this.#written}\n`;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  write(path = this.app, lines = 3): void {
    for (let i = 0; i < lines; i++) appendFileSync(path, this.next());
  }

  /** Renames app.log.1 to app.log.2 and so on, then app.log to app.log.1. */
  shift(name = "app.log", most = 9): void {
    if (existsSync(this.path(name))) this.oldIsCopy = false;
    for (let n = most; n > 0; n--) {
      const from = n === 1 ? name : `${name}.${n - 1}`;
      for (const end of ["", ".gz"]) {
        if (existsSync(this.path(from + end))) renameSync(this.path(from + end), this.path(`${name}.${n}${end}`));
      }
    }
  }

  /** Renames app.log.1 to app.log.2 and so on. */
  shiftRotated(): void {
    if (!existsSync(this.path("app.log.1"))) return;
    renameSync(this.app, this.path("current"));
    this.shift();
    renameSync(this.path("current"), this.app);
  }

  /** The rotated file that was written longest ago, or undefined. */
  oldestRotated(): string | undefined {
    for (let n = 9; n > 0; n--) {
      for (const name of [`app.log.${n}.gz`, `app.log.${n}`]) if (existsSync(this.path(name))) return this.path(name);
    }
    return undefined;
  }

  gzip(path: string): void {
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz`, atime, mtime);
    unlinkSync(path);
  }
}

function byNumber(a: string, b: string): number {
  return Number(/\d+/u.exec(a)?.[0]) - Number(/\d+/u.exec(b)?.[0]);
}
