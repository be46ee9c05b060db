import { randomBytes } from "node:crypto";
import { Join } from "../../src/join/join.ts";
import { JoinStats } from "../../src/join/join-stats.ts";
import { joinPrefixes } from "../../src/join/pools.ts";
import type { JoinMatch, JoinOptions } from "../../src/join/options.ts";
import { isRecord, type SavedEntry } from "../../src/serializable.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import type { WindowOptions, WindowSpec } from "../../src/window/options.ts";
import { tagEntryPrefixes } from "../../src/window/tag-entries.ts";
import { Tags } from "../../src/window/tags.ts";

/** A minute, the unit of times in these tests (ms). */
export const minute = 60_000;
export const hour = 60 * minute;

/** When the tests begin: on the boundary of a pane. */
export const start = Date.UTC(2026, 0, 1);

/** One window of each kind, short enough to be left. */
const windows: readonly WindowSpec[] = [
  { kind: "time", label: "5m", ms: 5 * minute, panes: 5 },
  { kind: "time", label: "1h", ms: hour, panes: 12 },
  { kind: "last", label: "last_3", size: 3 },
  { kind: "last", label: "last_1000", size: 1000 },
];

/** The same, and one of outcomes that are ten minutes old. */
export const allWindows: readonly WindowSpec[] = [
  ...windows,
  { kind: "time", label: "1h_older_10m", ms: hour, panes: 12, olderMs: 10 * minute },
];

/** A half of an outcome, or both, at a time in minutes since `start`. */
export interface Half {
  readonly id: string;
  readonly model?: string;
  readonly version?: string;
  readonly predicted?: string;
  readonly actual?: string;
  readonly at: number;
}

/** What a join is made with. */
export interface BedOptions extends Partial<Omit<JoinOptions, "models">>, Partial<JoinMatch> {
  /** Settings of single models. */
  readonly models?: Readonly<Record<string, Partial<JoinMatch>>>;
  readonly windows?: readonly WindowSpec[];
  readonly maxClasses?: number;
}

/** The join between real windows and a store in memory, with a clock of its own. */
export class Bed {
  readonly stats = new JoinStats();
  /** Minutes since `start`. */
  now = 0;
  tags: Tags;
  join: Join;
  #given: BedOptions;
  #tagOptions: WindowOptions;
  readonly #key = randomBytes(16);
  readonly #saved = new Map<string, SavedEntry>();

  constructor(options: BedOptions = {}, spellings: ReadonlyMap<string, string> = new Map()) {
    this.#given = options;
    this.#tagOptions = {
      models: new Map([["*", { classes: undefined, spellings, objectives: [] }]]),
      tagLabels: ["model", "version"],
      windows: options.windows ?? windows,
      join: joinOptions(options),
      limits: { maxTags: 10, maxClasses: options.maxClasses ?? 100, futureToleranceMs: minute, tagIdleMs: 1000 * hour },
    };
    [this.tags, this.join] = this.#make(joinOptions(options));
    this.join.restore([], this.#key, this.#time);
  }

  /** Reads halves, the clock being at their time where it is behind. */
  read(...halves: readonly Half[]): this {
    for (const { id, model = "m", version = "v1", predicted, actual, at } of halves) {
      this.now = Math.max(this.now, at);
      const event = { labels: [model, version], predicted, actual, id, time: start + at * minute };
      this.join.receive(event, this.#time);
    }
    return this;
  }

  /** Reads a half at a time of the clock, whatever its own. */
  readAt(now: number, half: Half): this {
    this.now = now;
    const { id, model = "m", version = "v1", predicted, actual, at } = half;
    this.join.receive({ labels: [model, version], predicted, actual, id, time: start + at * minute }, this.#time);
    return this;
  }

  /** Restarts from what a release without traffic has written down. */
  forgetTraffic(): this {
    this.commit();
    for (const [text, [key, value]] of this.#saved) {
      if (key[0] === "traffic") this.#saved.delete(text);
      if (key[0] !== "tag" || !isRecord(value)) continue;
      this.#saved.set(text, [key, Object.fromEntries(Object.entries(value).filter(([name]) => name !== "traffic"))]);
    }
    return this.restart();
  }

  /** Restarts with other spellings of classes. */
  respell(spellings: ReadonlyMap<string, string>): this {
    this.commit();
    this.#tagOptions = {
      ...this.#tagOptions,
      models: new Map([["*", { classes: undefined, spellings, objectives: [] }]]),
    };
    return this.restart();
  }

  /** Writes down what has changed, and restores it into a new join and new windows. */
  restart(options: BedOptions = {}): this {
    this.commit();
    [this.tags, this.join] = this.#make(joinOptions((this.#given = { ...this.#given, ...options })));
    const entries = (prefixes: readonly string[]): SavedEntry[] =>
      prefixes.flatMap((prefix) =>
        [...this.#saved]
          .filter(([, [key]]) => key[0] === prefix)
          .sort(byText)
          .map(([, entry]) => entry),
      );
    this.join.restore(entries(joinPrefixes), this.#key, this.#time);
    this.tags.restore(
      entries(tagEntryPrefixes).flatMap(([key, value]) => (value instanceof Uint8Array ? [] : [[key, value] as const])),
      (name) => name,
    );
    return this;
  }

  /** A new join with what a store has of this one. */
  restoredFrom(store: { entries(prefix: string): Iterable<SavedEntry> }): Bed {
    const again = new Bed(this.#given);
    again.now = this.now;
    [again.tags, again.join] = again.#make(joinOptions(this.#given));
    again.join.restore(
      joinPrefixes.flatMap((prefix) => [...store.entries(prefix)]),
      this.#key,
      this.#time,
    );
    return again;
  }

  /** Writes down what has changed. */
  commit(): void {
    for (const { key, value } of [...this.join.changes(), ...this.tags.changes()]) {
      const text = JSON.stringify(key);
      if (value === undefined) this.#saved.delete(text);
      else this.#saved.set(text, [key, value]);
    }
  }

  /** Everything that is written down, as text. */
  get saved(): string {
    return [...this.#saved]
      .map(([key, [, value]]) =>
        value instanceof Uint8Array
          ? `${key}${Buffer.from(value).toString("latin1")}`
          : `${key}${JSON.stringify(value)}`,
      )
      .join("\n");
  }

  /** Bytes of the records that are written down. */
  get recordBytes(): number {
    let bytes = 0;
    for (const [, value] of this.#saved.values()) if (value instanceof Uint8Array) bytes += value.length;
    return bytes;
  }

  /** Moves the clock on, and does what the daemon does every so often. */
  sweep(at: number): this {
    this.now = at;
    this.join.decideAbsent(this.#time);
    this.join.expire(this.#time);
    return this;
  }

  /** Cells of a window as `actual>predicted`, over all tags. */
  cells(window: string): Record<string, number> {
    const cells = new Map<string, number>();
    for (const tag of this.tags.snapshot(this.#time)) {
      const found = tag.windows.find(({ window: { label } }) => label === window);
      if (found === undefined) continue;
      const { classes, counts } = found.confusion;
      classes.forEach((actual, row) => {
        classes.forEach((predicted, column) => {
          const count = counts[row * classes.length + column] ?? 0;
          const cell = `${actual}>${predicted}`;
          if (count > 0) cells.set(cell, (cells.get(cell) ?? 0) + count);
        });
      });
    }
    return Object.fromEntries([...cells].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Cells of all windows. */
  get all(): Record<string, Record<string, number>> {
    return Object.fromEntries(this.#tagOptions.windows.map(({ label }) => [label, this.cells(label)]));
  }

  /** Predictions of each tag by window and class as `predictions/due/labelled`, and by age as `predictions/labelled`. */
  get traffic(): Record<string, Record<string, string>> {
    return Object.fromEntries(
      this.tags.snapshot(this.#time).map(({ labels, traffic }) => {
        const ofWindows = [...(traffic?.windows ?? [])].flatMap(([label, { hasDue, classes }]) =>
          classes.map((one): [string, string] => [
            `${label} ${one.class}`,
            hasDue ? `${one.predictions}/${one.due}/${one.labelled}` : `${one.predictions}`,
          ]),
        );
        const ofAges = (traffic?.ages ?? [])
          .filter(({ predictions }) => predictions > 0)
          .map(({ age, predictions, labelled }): [string, string] => [age, `${predictions}/${labelled}`]);
        return [labels.map(({ value }) => value).join(" "), Object.fromEntries([...ofWindows, ...ofAges])];
      }),
    );
  }

  /** Outcomes of all tags since the first. */
  get outcomes(): number {
    return this.tags.snapshot(this.#time).reduce((sum, { outcomes }) => sum + outcomes, 0);
  }

  /** Labels by result, without those of none. */
  get labels(): Partial<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.stats.labels).filter(([, count]) => count > 0));
  }

  get #time(): number {
    return start + this.now * minute;
  }

  #make(options: JoinOptions): [Tags, Join] {
    const tags = new Tags(this.#tagOptions, new ClassMonitor());
    const join = new Join(
      options,
      {
        tagLabels: this.#tagOptions.tagLabels,
        predicted: (labels, time, now) => tags.predict(labels, time, now),
        traffic: (labels, predicted, time, now) => {
          tags.traffic(labels, predicted, time, now);
        },
        labelled: (labels, predicted, time, now) => {
          tags.labelled(labels, predicted, time, now);
        },
        spelling: (labels, name) => tags.spelling(labels, name),
        effectiveTime: (time, now) => tags.effectiveTime(time, now),
        add: ({ labels, predicted, actual, time, keyLow, keyHigh }, _isAbsent, now) => {
          tags.add(labels, actual, predicted, time, now, undefined, keyLow, keyHigh);
        },
        mend: ({ labels, predicted, actual, time, keyLow, keyHigh }, from, now) =>
          tags.mend(labels, from, actual, predicted, time, now, keyLow, keyHigh),
      },
      this.stats,
      this.#key,
    );
    return [tags, join];
  }
}

function joinOptions(given: BedOptions): JoinOptions {
  const { byModel = false, placeAt = "label", maxIds = 1000, models = {} } = given;
  const { withinMs = 30 * minute, earlyMs = 10 * minute, absent, maturityMs } = given;
  const all = { withinMs, earlyMs, absent, maturityMs };
  const own = Object.entries(models).map(([name, match]) => [name, { ...all, ...match }] as const);
  return { byModel, placeAt, maxIds, models: new Map([["*", all], ...own]) };
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
