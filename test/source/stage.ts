import { writeFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { expect } from "@jest/globals";
import { Health } from "../../src/exposition/health.ts";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import type { LogCase } from "../conformance/log-case.ts";
import { hasSeries, LogFolder, type Follower } from "../conformance/log-folder.ts";
import { untilCountedOnce, type Miscount } from "../conformance/patience.ts";
import { eventually } from "../support/eventually.ts";
import { difference } from "../torture/outcomes.js";
import { TailBed, type Wanted } from "./tail-bed.ts";

/** A folder of logs and the tail that follows it in this process; steps are named as on the stage of a whole daemon. */
export class Stage implements Follower {
  readonly folder: LogFolder;
  /** Whether app.log.1 is a copy, and not what was app.log. */
  oldIsCopy = false;
  readonly #wanted: Wanted;
  readonly #lines: string[] = [];
  readonly #health = new Health(() => ({
    ...nothing,
    files: this.#bed?.tail.status() ?? [],
    sources: this.#bed?.tail.counts() ?? [],
  }));
  #bed: TailBed | undefined;
  #log = "";
  #saved: readonly (readonly [EntryKey, JsonValue])[] = [];
  #counted = 0;

  /** The directory is empty; `wanted.files` and `wanted.exclude` are names in it, or absolute. */
  constructor(dir: string, wanted: Wanted) {
    this.folder = new LogFolder(dir, "test", this);
    const inFolder = (glob: string): string => (isAbsolute(glob) ? glob : join(dir, glob));
    this.#wanted = {
      deletedMs: 100,
      maxLineBytes: 4096,
      ...wanted,
      files: wanted.files.map(inFolder),
      exclude: (wanted.exclude ?? []).map(inFolder),
    };
  }

  get log(): string {
    return this.#log + (this.#bed?.log.join("") ?? "");
  }

  /** Plays a case to its end: the tail is killed after each scene in which it follows. */
  async play({ before, scenes }: LogCase): Promise<void> {
    before?.(this.folder);
    for (const [number, scene] of scenes.entries()) {
      const isUp = number % 2 === 0;
      if (isUp) await this.look();
      await scene(this.folder);
      if (!isUp) continue;
      await this.settled();
      this.commit();
      await this.kill();
    }
    await this.expectOnce();
  }

  /** Waits until what was read is what was written; starts the tail when it does not run. */
  async settled(): Promise<void> {
    await untilCountedOnce(
      async () => {
        await this.look();
        return this.#compare();
      },
      () => `; in the folder: ${this.folder.listing()}\n${this.log}`,
    );
  }

  async shows(series: string | RegExp): Promise<void> {
    await eventually(async () => {
      await this.look();
      return hasSeries(await this.#health.text("text"), series);
    }, String(series));
  }

  /** Lets the tail look once, whatever it finds; starts it when it does not run. */
  async look(): Promise<void> {
    this.#bed ??= await this.#start();
    await this.#bed.look();
    this.#tick();
  }

  /** Writes down what was read so far, and where the tail is. */
  commit(): void {
    if (this.#bed === undefined) return;
    this.#saved = this.#bed.committed();
    this.#counted = this.#lines.length;
  }

  /** The process dies: what was not committed has not happened. The next one begins where the last commit was. */
  async kill(): Promise<void> {
    await this.close();
    this.#lines.length = this.#counted;
  }

  /** Ends the tail, if it runs. */
  async close(): Promise<void> {
    this.#log = this.log;
    await this.#bed?.tail.close();
    this.#bed = undefined;
  }

  /** Each line was read once, and is not read again after a restart. */
  async expectOnce(): Promise<void> {
    for (let time = 0; time < 2; time++) {
      await this.settled();
      await this.look();
      expect(this.#compare()).toMatchObject({ lost: 0, twice: 0 });
      this.commit();
      await this.close();
    }
    this.folder.closeAll();
  }

  #compare(): Miscount {
    const counted = new Map<string, number>();
    for (const line of this.#lines) {
      const [, actual, predicted] = /"label":"(\w+)","prediction":"(\w+)"/u.exec(line) ?? [];
      const cell = actual === undefined ? `no outcome: ${line}` : `${actual} ${predicted}`;
      counted.set(cell, (counted.get(cell) ?? 0) + 1);
    }
    return difference(this.folder.outcomes.cells, counted);
  }

  /** Waits until the clock of the file system has moved on: of two changes at one time it shows one. */
  #tick(): void {
    const path = `${this.folder.dir}.tick`;
    writeFileSync(path, "");
    const before = statSync(path, { bigint: true }).mtimeNs;
    while (statSync(path, { bigint: true }).mtimeNs === before) writeFileSync(path, "");
  }

  async #start(): Promise<TailBed> {
    const bed = new TailBed({ ...this.#wanted, saved: this.#saved }, this.#lines);
    await bed.tail.start();
    return bed;
  }
}

/** The health of an exporter that has no more than a tail. */
const nothing = {
  version: "",
  lines: [],
  late: 0,
  future: 0,
  tags: 0,
  tagsDropped: 0,
  undeclared: {},
  reload: { successful: true, successSeconds: 0 },
  checkpoint: { seconds: 0, errors: 0 },
  clockSteps: 0,
};
