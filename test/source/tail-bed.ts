import { expect } from "@jest/globals";
import { pino } from "pino";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { wallClock } from "../../src/clock.ts";
import type { LineReader, SourceOptions } from "../../src/source/source.ts";
import type { TailOptions } from "../../src/source/tail-options.ts";
import { Tail } from "../../src/source/tail.ts";
import { eventually } from "../support/eventually.ts";

/** What a test wants of its tail. */
export interface Wanted extends Partial<Omit<TailOptions, "sources">> {
  /** The name of its source; default `test`. */
  readonly name?: string;
  /** Further sources that are otherwise the same. */
  readonly also?: readonly (Partial<SourceOptions> & Pick<SourceOptions, "name">)[];
  readonly files: readonly string[];
  readonly exclude?: readonly string[];
  readonly selection?: string;
  readonly linkTargets?: readonly string[];
  readonly startAt?: SourceOptions["startAt"];
  readonly maxLineBytes?: number;
  readonly maxFiles?: number;
  /** Do not let the tail look by itself: the test does it by `drain`. */
  readonly byHand?: boolean;
}

/** A tail and the lines that its readers were handed. */
export class TailBed {
  readonly tail: Tail;
  readonly lines: string[];
  readonly skipped: string[] = [];
  readonly log: string[] = [];
  /** The lines of each source that got any. */
  readonly bySource = new Map<string, string[]>();
  readonly #store = new Map<string, [EntryKey, JsonValue]>();

  constructor(wanted: Wanted, lines: string[] = []) {
    this.lines = lines;
    const source: SourceOptions = {
      name: wanted.name ?? "test",
      files: wanted.files,
      exclude: wanted.exclude ?? [],
      linkTargets: wanted.linkTargets ?? [],
      startAt: wanted.startAt ?? "beginning",
      maxLineBytes: wanted.maxLineBytes ?? 1024,
      ...(wanted.selection === undefined ? {} : { selection: wanted.selection }),
      ...(wanted.maxFiles === undefined ? {} : { maxFiles: wanted.maxFiles }),
    };
    for (const [key, value] of wanted.saved ?? []) this.#store.set(JSON.stringify(key), [key, value]);
    this.tail = new Tail({
      open: ({ source: name }) => this.#reader(name),
      saved: [],
      clock: wallClock,
      log: pino({ level: "info" }, { write: (line: string) => this.log.push(line) }),
      pollMs: wanted.byHand === true ? 3_600_000 : 5,
      discoverMs: wanted.byHand === true ? 3_600_000 : 10,
      ...(wanted.byHand === true ? { watch: false } : {}),
      ...wanted,
      sources: [source, ...(wanted.also ?? []).map((other) => ({ ...source, ...other }))],
    });
  }

  /** The sources for which lines were read. */
  get sources(): Set<string> {
    return new Set(this.bySource.keys());
  }

  /** Lets it look and read, when it does not by itself. */
  async look(): Promise<void> {
    await this.tail.drain(5000);
  }

  /** All entries, as a store would hold them after commits of what has changed. */
  committed(): [EntryKey, JsonValue][] {
    for (const { key, value } of this.tail.changes()) {
      if (value === undefined) this.#store.delete(JSON.stringify(key));
      else this.#store.set(JSON.stringify(key), [key, structuredClone(value)]);
    }
    return [...this.#store.values()];
  }

  async expectLines(lines: readonly string[]): Promise<void> {
    await eventually(() => this.lines.length >= lines.length, `lines ${lines.join(", ")}`, 20_000).catch(
      () => undefined,
    );
    expect(this.lines).toEqual(lines);
  }

  #reader(source: string): LineReader {
    return {
      read: (buffer, start, end) => {
        const lines = buffer.toString("utf8", start, end).replace(/\n$/u, "").split("\n");
        this.lines.push(...lines);
        this.bySource.set(source, [...(this.bySource.get(source) ?? []), ...lines]);
      },
      skipped: (head) => this.skipped.push(head.toString()),
      save: () => undefined,
      handOn: () => undefined,
    };
  }
}

/** Runs a tail for the time of `work`. */
export async function withTail<T>(wanted: Wanted, work: (bed: TailBed) => Promise<T>): Promise<T> {
  const bed = new TailBed(wanted);
  await bed.tail.start();
  try {
    return await work(bed);
  } finally {
    await bed.tail.close();
  }
}
