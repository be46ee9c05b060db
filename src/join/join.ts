import type { Event } from "../decode/event.ts";
import { faultPoint } from "../fault-points.ts";
import type { AnyEntry, SavedEntry } from "../serializable.ts";
import { Cells, type Cell, type JoinTag } from "./cells.ts";
import { DuePredictions } from "./due-predictions.ts";
import { hashHigh, hashLow, IdHash } from "./id-hash.ts";
import { state } from "./id-table.ts";
import { labelResults, type JoinStats, type LabelResult } from "./join-stats.ts";
import { hasAbsent, isWithin, stretchesOf, stretchOf } from "./match-window.ts";
import type { JoinedOutcome, JoinMatch, JoinOptions, Outcomes } from "./options.ts";
import type { Departure, Pool } from "./pool.ts";
import { Pools, type JoinSize } from "./pools.ts";

/** What the receiver is told of an event: it gave an outcome or was used up; it waits; or its tag is past the limit. */
export type Joining = "counted" | "waiting" | "dropped";

/**
 * Joins predictions with labels by id, in either order. A prediction that comes again is dropped, and so is a label of the
 * same class; one of another class corrects what was counted. Until it expires, an id is remembered for that.
 */
export class Join {
  readonly #options: JoinOptions;
  readonly #outcomes: Outcomes;
  readonly #stats: JoinStats;
  #hash: IdHash;
  readonly #pools: Pools;
  readonly #cells: Cells;
  /** Undefined where `decideAbsent` is called now and then. */
  #due: DuePredictions | undefined;
  /** Filled anew for each outcome. */
  readonly #outcome: JoinedOutcome = { labels: [], predicted: "", actual: "", time: 0, keyLow: 0, keyHigh: 0 };
  #now = 0;
  #steady = 0;

  /** `key` is that of the hash of ids. */
  constructor(options: JoinOptions, outcomes: Outcomes, stats: JoinStats, key: Uint8Array) {
    this.#options = options;
    this.#outcomes = outcomes;
    this.#stats = stats;
    this.#hash = new IdHash(key);
    this.#cells = new Cells(outcomes.tagLabels);
    this.#pools = new Pools(stretchesOf(options), options.maxIds, this.#cells, (...slot) => this.#onLeave(...slot));
  }

  /** Ids by state, and their memory. */
  get size(): JoinSize {
    return this.#pools.size;
  }

  /**
   * From now on absent classes are decided between events, in the order of their times: windows of the last outcomes hold
   * those that were last. For events that come in that order.
   */
  decideInOrder(): void {
    if (hasAbsent(this.#options)) this.#due = new DuePredictions(this.#options.maxIds);
  }

  /** Takes an event that has an id: a prediction, a label, or both. Keeps no reference to it; ids grow old by `steady`. */
  receive({ labels, predicted, actual, id = "", time }: Omit<Event, "score">, now: number, steady = now): Joining {
    const [model = ""] = labels;
    this.#steady = steady;
    this.advance(now);
    this.#hash.hash(this.#options.byModel ? `${model}\0${id}` : id);
    const low = hashLow >>> 0;
    const high = hashHigh >>> 0;
    const at = this.#outcomes.effectiveTime(time, now);
    let result: Joining = "waiting";
    if (predicted !== undefined) {
      if (!this.#outcomes.predicted(labels, time, now)) return "dropped";
      if (this.#predict(labels, predicted, low, high, at)) result = "counted";
    }
    if (actual !== undefined && this.#label(labels, actual, low, high, at)) result = "counted";
    return result;
  }

  /** Takes it that it is so late by now (Unix ms). */
  advance(now: number): void {
    this.#now = now;
    this.#due?.show(now, (...slot) => {
      this.#decide(...slot);
    });
  }

  /** Lets go of ids that were remembered for long enough. */
  expire(now: number, steady = now): void {
    this.#now = now;
    this.#steady = steady;
    this.#pools.expire(steady);
  }

  /** Counts predictions whose time for a label is over as the absent class of their model, where it has one. */
  decideAbsent(now: number, steady = now): void {
    if (!hasAbsent(this.#options)) return;
    this.#now = now;
    this.#steady = steady;
    for (const pool of this.#pools.all) {
      pool.sweep((low, high) => {
        this.#decide(pool, low, high);
      });
    }
  }

  /** Counts the prediction at the cursor as the absent class, if its time for a label is over. */
  #decide(pool: Pool, low: number, high: number): void {
    const { table, cell } = pool;
    if (table.state !== state.predicted || cell === undefined) return;
    const { absent, withinMs } = this.#matchOf(cell.tag);
    if (absent !== undefined && table.time + withinMs < this.#now) this.#countAbsent(pool, low, high, cell, absent);
  }

  /** Changed entries since the last call. */
  changes(): AnyEntry[] {
    return this.#pools.changes();
  }

  /** Restores saved entries, in the order of their prefixes and keys; from then on its changes are kept. `key` is that of their hashes. */
  restore(entries: Iterable<SavedEntry>, key: Uint8Array, steady: number): void {
    this.#hash = new IdHash(key);
    const homeOf = ({ tag }: Cell): Pool | undefined =>
      tag.labels[0] === "" ? undefined : this.#poolOf(this.#matchOf(tag));
    this.#pools.restore(entries, (labels, name) => this.#outcomes.spelling(labels, name), homeOf, steady);
  }

  /** Joins a prediction, or parks it; false when it waits. */
  #predict(labels: readonly string[], predicted: string, low: number, high: number, time: number): boolean {
    const name = this.#outcomes.spelling(labels, predicted);
    const tag = this.#cells.tag(labels);
    const match = this.#matchOf(tag);
    const pool = this.#poolOf(match);
    const { table } = pool;
    let labelAt = Number.NaN;
    let sibling: Cell | undefined;
    let siblingAt = 0;
    for (let found = table.seek(low, high); found; found = table.next()) {
      const { cell } = pool;
      if (table.state === state.label) {
        labelAt = table.time;
        sibling = cell;
        break;
      }
      if (cell?.tag === tag) {
        this.#stats.repeated[cell.predicted === name ? "false" : "true"]++;
        return true;
      }
      // The label was used up by another tag's prediction, which tells its class and about its time.
      if (table.state === state.joined) {
        sibling = cell;
        siblingAt = table.time;
      }
    }
    this.#outcomes.traffic(labels, name, time, this.#now);
    const hasLabel = !Number.isNaN(labelAt);
    const labelTime = hasLabel ? labelAt : siblingAt;
    const where = hasLabel ? "cursor" : "new";
    const isMatch = sibling?.actual !== undefined && isWithin(match, time, labelTime);
    if (hasLabel && !isMatch) this.#stats.labels.too_late++;
    if (!hasLabel) this.#pools.makeRoom();
    if (!isMatch || sibling?.actual === undefined) {
      pool.write(where, low, high, state.predicted, this.#cells.cell(tag, name, undefined), time, this.#steady);
      if (match.absent !== undefined) this.#due?.add(time + match.withinMs, pool, low, high);
      faultPoint("parked");
      return false;
    }
    const given = sibling.actual;
    const isEverywhere = hasLabel && sibling.tag.labels[0] === "";
    const place = this.#count(tag, name, given, low, high, time, labelTime);
    const actual = this.#outcomes.spelling(labels, given);
    pool.write(where, low, high, state.joined, this.#cells.cell(tag, name, actual), place, this.#steady);
    if (!hasLabel) return true;
    this.#stats.labels.joined++;
    this.#stats.lastLabel(labels[0] ?? "", Math.min(labelTime, this.#now));
    this.#stats.delay(labels[0] ?? "", labelTime - time);
    if (isEverywhere) this.#pools.takeOutElsewhere(pool, low, high, this.#steady);
    return true;
  }

  /** Joins a label with all predictions of its id, or parks it; false when it waits. */
  #label(labels: readonly string[], given: string, low: number, high: number, time: number): boolean {
    const [model = ""] = labels;
    const actual = this.#outcomes.spelling(labels, given);
    const pools = model === "" ? this.#pools.all : [this.#poolOf(this.#matchOf(this.#cells.tag(labels)))];
    let best: LabelResult = "parked";
    for (const pool of pools) {
      const { table } = pool;
      for (let found = table.seek(low, high); found; found = table.next()) {
        const result = this.#labelSlot(pool, labels, actual, low, high, time);
        if (labelResults.indexOf(result) < labelResults.indexOf(best)) best = result;
      }
    }
    this.#stats.labels[best]++;
    if (best !== "parked") return true;
    for (const pool of pools) {
      this.#pools.makeRoom();
      const cell = this.#cells.cell(this.#cells.tag(labels), undefined, actual);
      pool.write("new", low, high, state.label, cell, time, this.#steady);
    }
    faultPoint("parked");
    return false;
  }

  /** Gives a label to the slot at the cursor. */
  #labelSlot(
    pool: Pool,
    labels: readonly string[],
    given: string,
    low: number,
    high: number,
    time: number,
  ): LabelResult {
    const { table, cell } = pool;
    if (cell === undefined) return "too_late";
    if (table.state === state.label) {
      if (cell.actual === given) return "duplicate";
      const corrected = this.#cells.cell(this.#cells.tag(labels), undefined, given);
      pool.write("cursor", low, high, state.label, corrected, time, this.#steady);
      return "corrected";
    }
    const { tag, predicted = "" } = cell;
    const [model = ""] = tag.labels;
    this.#stats.lastLabel(model, Math.min(time, this.#now));
    const actual = this.#outcomes.spelling(tag.labels, given);
    if (table.state === state.predicted) {
      const predictedAt = table.time;
      if (!isWithin(this.#matchOf(tag), predictedAt, time)) return "too_late";
      const place = this.#count(tag, predicted, actual, low, high, predictedAt, time);
      pool.write("cursor", low, high, state.joined, this.#cells.cell(tag, predicted, actual), place, this.#steady);
      this.#stats.delay(model, time - predictedAt);
      return "joined";
    }
    if (cell.actual === actual) return "duplicate";
    const place = table.time;
    this.#fill(tag, predicted, actual, low, high, place);
    const isMended = this.#outcomes.mend(this.#outcome, cell.actual ?? "", this.#now);
    faultPoint("mended");
    pool.write("cursor", low, high, state.joined, this.#cells.cell(tag, predicted, actual), place, this.#steady);
    return isMended ? "corrected" : "correction_late";
  }

  /** Counts an outcome, and returns where it is placed. */
  #count(
    tag: JoinTag,
    predicted: string,
    actual: string,
    low: number,
    high: number,
    predictedAt: number,
    labelledAt: number,
    isAbsent = false,
  ): number {
    const time = this.#options.placeAt === "label" ? Math.max(predictedAt, labelledAt) : predictedAt;
    this.#fill(tag, predicted, actual, low, high, time);
    this.#outcomes.add(this.#outcome, isAbsent, this.#now);
    this.#outcomes.labelled(tag.labels, predicted, predictedAt, this.#now);
    faultPoint("joined");
    return this.#outcomes.effectiveTime(time, this.#now);
  }

  #fill(tag: JoinTag, predicted: string, actual: string, low: number, high: number, time: number): void {
    const outcome = this.#outcome;
    outcome.labels = tag.labels;
    outcome.predicted = predicted;
    outcome.actual = actual;
    outcome.time = time;
    outcome.keyLow = low;
    outcome.keyHigh = high;
  }

  #countAbsent(pool: Pool, low: number, high: number, { tag, predicted = "" }: Cell, absent: string): void {
    const actual = this.#outcomes.spelling(tag.labels, absent);
    const { time } = pool.table;
    const place = this.#count(tag, predicted, actual, low, high, time, time + this.#matchOf(tag).withinMs, true);
    pool.write("cursor", low, high, state.joined, this.#cells.cell(tag, predicted, actual), place, this.#steady);
    this.#stats.absent++;
  }

  #onLeave(pool: Pool, low: number, high: number, why: Departure): boolean {
    const { cell, table } = pool;
    if (table.state === state.label) this.#stats.unmatched[why]++;
    if (table.state !== state.predicted || cell === undefined) return false;
    const { absent } = this.#matchOf(cell.tag);
    if (why === "expired" && absent !== undefined) {
      this.#countAbsent(pool, low, high, cell, absent);
      return true;
    }
    this.#stats.evicted[why]++;
    return false;
  }

  #matchOf({ labels }: JoinTag): JoinMatch {
    const { models } = this.#options;
    const match = models.get(labels[0] ?? "") ?? models.get("*");
    if (match === undefined) throw new Error("the join has no settings for unnamed models");
    return match;
  }

  #poolOf(match: JoinMatch): Pool {
    return this.#pools.of(stretchOf(match));
  }
}
