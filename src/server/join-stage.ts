import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { keyBytes } from "../join/id-hash.ts";
import type { Join } from "../join/join.ts";
import type { JoinStats } from "../join/join-stats.ts";
import type { JoinOptions } from "../join/options.ts";
import { joinPrefixes } from "../join/pools.ts";
import { isRecord, type AnyEntry, type SavedEntry, type SavedValue } from "../serializable.ts";
import type { EntryFormat, Stage } from "../stage.ts";
import type { Moment } from "../steady-clock.ts";

/** Key prefix of what the hashes are made with. */
const headPrefix = "join";

/** Key prefix of the times of the latest labels. */
const newsPrefix = "join-news";

/** Time between looks at predictions without a label (ms). */
const absentEveryMs = 30_000;

/** What a join stage works on. */
export interface JoinStageOptions {
  /** Undefined where the config has no join. */
  readonly join: Join | undefined;
  readonly options: JoinOptions | undefined;
  readonly stats: JoinStats;
  /** Tells whether the backlog of the start is still read: until then no id is old. */
  readonly isInBacklog: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Stage of the ids that are remembered; without a join it removes those that one has left. */
export class JoinStage implements Stage {
  // Format 1 is what entries without a number have: as 2 it is written down, and earlier releases refuse it.
  readonly format: EntryFormat = {
    name: "join",
    prefixes: [headPrefix, newsPrefix, ...joinPrefixes],
    current: 2,
    oldest: 2,
  };
  readonly #stage: JoinStageOptions;
  #changes: AnyEntry[] = [];
  #absentAt = 0;

  constructor(options: JoinStageOptions) {
    this.#stage = options;
  }

  restore(entries: Iterable<SavedEntry>): void {
    const { join, options, clock, log } = this.#stage;
    const iterator = entries[Symbol.iterator]();
    const head = iterator.next();
    const isHead = head.done !== true && head.value[0][0] === headPrefix;
    const key = isHead && options !== undefined ? keyOf(head.value[1], options) : undefined;
    const rest = this.#withoutNews({ [Symbol.iterator]: () => iterator });
    if (join !== undefined && options !== undefined && key !== undefined) {
      join.restore(rest, key, clock());
      return;
    }
    const left = head.done === true ? [] : [head.value, ...rest];
    this.#changes = left.map(([of]) => ({ key: of, value: undefined }));
    if (left.length > 0)
      log.warn(join === undefined ? "remembered ids are forgotten: the config has no join" : emptied);
    if (join === undefined || options === undefined) return;
    const made = randomBytes(keyBytes);
    this.#changes.push({ key: [headPrefix], value: { key: made.toString("base64"), byModel: options.byModel } });
    join.restore([], made, clock());
  }

  /** Restores the times of the latest labels, and leaves the other entries. */
  *#withoutNews(entries: Iterable<SavedEntry>): Iterable<SavedEntry> {
    for (const entry of entries) {
      const [[prefix, model = ""], value] = entry;
      if (prefix !== newsPrefix || this.#stage.join === undefined) yield entry;
      else this.#stage.stats.lastLabel(String(model), Number(value));
    }
  }

  changes(): AnyEntry[] {
    const changes = this.#changes;
    this.#changes = [];
    const { join, stats } = this.#stage;
    if (join === undefined) return changes;
    const news = stats.takeLastLabels().map(([model, value]) => ({ key: [newsPrefix, model], value }));
    return [...changes, ...news, ...join.changes()];
  }

  evict({ wall, steady, isSettled }: Moment): void {
    const { join, isInBacklog } = this.#stage;
    // What is to be joined may still be in the backlog.
    if (join === undefined || isInBacklog()) return;
    // Predictions are dated by clocks of others: while ours is in doubt, they are not late.
    if (isSettled && steady - this.#absentAt >= absentEveryMs) {
      this.#absentAt = steady;
      join.decideAbsent(wall, steady);
    }
    join.expire(wall, steady);
  }
}

const emptied = "remembered ids are forgotten: `join.by` has changed";

/** The key of the saved hashes; undefined when they are of other ids. */
function keyOf(value: SavedValue, { byModel }: JoinOptions): Buffer | undefined {
  if (!isRecord(value) || value["byModel"] !== byModel || typeof value["key"] !== "string") return undefined;
  const key = Buffer.from(value["key"], "base64");
  return key.length === keyBytes ? key : undefined;
}
