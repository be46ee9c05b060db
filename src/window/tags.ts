import type { Entry, EntryKey, JsonValue } from "../serializable.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import type { ClassMonitor } from "./class-monitor.ts";
import { ClassWatch } from "./class-watch.ts";
import type { Moment } from "../steady-clock.ts";
import type { Traffic } from "./coverage.ts";
import { Measures, type Sums } from "./measure.ts";
import { ForgottenTags, labelPairs, type SilentModel, type TagLabels } from "./forgotten-tags.ts";
import type { Slice } from "./history.ts";
import { limitLatest } from "./latest-times.ts";
import { maturityOf, modelOf, type WindowOptions, type WindowSpec } from "./options.ts";
import { read, type Reading } from "./reading.ts";
import { Seats } from "./seats.ts";
import { makeTag, restoreTags, changesOf, tagRemovals, type Restored } from "./tag-entries.ts";
import type { Tag } from "./tag.ts";
import { compareLabels, TagTree } from "./tag-tree.ts";

/** State of one tag at a moment. */
export interface TagSnapshot {
  /** Non-empty labels in the config's order. */
  readonly labels: TagLabels;
  /** Outcomes since the tag was first seen. */
  readonly outcomes: number;
  /** Event time of the latest outcome (Unix ms), never later than now; undefined before the first. */
  readonly latest: number | undefined;
  /** Event time of the latest prediction of a join (Unix ms), never later than now; undefined before the first. */
  readonly latestPrediction?: number | undefined;
  readonly windows: readonly {
    readonly window: WindowSpec;
    readonly confusion: ConfusionMatrix;
    /** Sums by measure; absent where only the confusion matrix is kept. */
    readonly sums?: Sums;
  }[];
  /** Predictions, labelled or not; absent without a join. */
  readonly traffic?: Traffic | undefined;
}

/** One tag at a moment, whose windows are read when asked for: before anything else is counted. */
export interface TagView extends Pick<TagSnapshot, "labels" | "outcomes" | "latest" | "latestPrediction"> {
  /** Number of the tag, which no other gets. */
  readonly id: number;
  /** A number that tells, compared with that of another moment, whether anything but the traffic differs. */
  readonly revision: () => number;
  /** Confusion matrix of a window; empty for an unknown one. */
  readonly confusion: (window: string) => ConfusionMatrix;
  /** Correct outcomes over a time window, oldest first; empty for another. */
  readonly history: (window: string) => readonly Slice[];
  /** Predictions, labelled or not; undefined without a join. */
  readonly traffic: () => Traffic | undefined;
}

/**
 * Placement of an outcome: `late` outside at least one time window, `gone` outside of all, `future` counted as of now,
 * `dropped` not counted.
 */
export type Placement = "in time" | "late" | "gone" | "future" | "dropped";

/** All tags with their windows: counts outcomes, makes snapshots, saves and restores. */
export class Tags {
  readonly #options: WindowOptions;
  readonly #measures: Measures;
  readonly #watch: ClassWatch;
  readonly #timeline: Pick<Moment, "steady" | "behindMs"> | undefined;
  readonly #tree = new TagTree();
  readonly #tags = new Map<number, Tag>();
  #nextId = 0;
  readonly #changed = new Set<Tag>();
  #removals: Entry[] = [];
  readonly #seats: Seats;
  readonly #displaced: TagLabels[] = [];
  /** The source of what comes. */
  source = "";
  /** Tags that were removed. */
  readonly forgotten: ForgottenTags;

  /** `monitor` receives undeclared classes and overflows; without a `timeline` there is one clock, which nobody sets. */
  constructor(options: WindowOptions, monitor: ClassMonitor, timeline?: Pick<Moment, "steady" | "behindMs">) {
    this.#timeline = timeline;
    this.#options = options;
    this.#measures = new Measures(options.measures);
    this.#seats = new Seats(options, this.#tags);
    this.#watch = new ClassWatch(options, monitor);
    this.forgotten = new ForgottenTags(options);
    monitor.declare(options.models);
  }

  /** Number of tags. */
  get size(): number {
    return this.#tags.size;
  }

  /**
   * Counts an outcome for the tag with these label values. `time` is Unix milliseconds, or NaN for now. Keeps no reference
   * to the arguments.
   */
  add(
    labels: readonly string[],
    actual: string,
    predicted: string,
    time: number,
    now: number,
    values?: readonly number[],
    keyLow = 0,
    keyHigh = 0,
  ): Placement {
    const tag = this.#tree.find(labels) ?? this.#make(labels, now);
    if (tag === undefined) return "dropped";
    const effectiveTime = this.effectiveTime(time, now);
    tag.lastCounted = this.#timeline?.steady ?? now;
    const counted = tag.add(actual, predicted, effectiveTime, now, values, keyLow, keyHigh);
    this.#watch.outcome(tag, counted, actual, predicted);
    this.#changed.add(tag);
    if (!counted.inAllWindows) return counted.inNoTimeWindow ? "gone" : "late";
    return time > effectiveTime ? "future" : "in time";
  }

  /** Notes a prediction, labelled or not, of the tag with these label values; false when it is past the limit. */
  predict(labels: readonly string[], time: number, now: number): boolean {
    const tag = this.#tree.find(labels) ?? this.#make(labels, now);
    if (tag === undefined) return false;
    tag.lastCounted = this.#timeline?.steady ?? now;
    tag.predict(this.effectiveTime(time, now), now);
    this.#changed.add(tag);
    return true;
  }

  /** Counts a prediction of a tag that `predict` knows, as one without a label until `label` tells of it. */
  traffic(labels: readonly string[], predicted: string, time: number, now: number): void {
    this.#tree.find(labels)?.unlabelled(predicted, this.effectiveTime(time, now), now);
  }

  /** Counts a prediction as labelled that was counted as traffic of this time. */
  labelled(labels: readonly string[], predicted: string, time: number, now: number): void {
    const tag = this.#tree.find(labels);
    if (tag?.coverage === undefined) return;
    tag.labelled(predicted, this.effectiveTime(time, now), now);
    this.#changed.add(tag);
  }

  /** The time at which an outcome counts that is dated so: now, for one beyond the tolerated future or without a time. */
  effectiveTime(time: number, now: number): number {
    return time <= now + (this.#timeline?.behindMs ?? 0) + this.#options.limits.futureToleranceMs ? time : now;
  }

  /** The spelling by which the model of these label values knows a class. */
  spelling(labels: readonly string[], name: string): string {
    return modelOf(this.#options, labels).spellings.get(name) ?? name;
  }

  /** Replaces the actual class of an outcome; false when no window holds it any more. See `Tag.mend`. */
  mend(
    labels: readonly string[],
    from: string,
    to: string,
    predicted: string,
    time: number,
    now: number,
    keyLow: number,
    keyHigh: number,
  ): boolean {
    const tag = this.#tree.find(labels);
    const flags = tag?.mend(from, to, predicted, time, now, keyLow, keyHigh);
    if (tag === undefined || flags === undefined) return false;
    this.#watch.outcome(tag, flags, to, predicted);
    this.#changed.add(tag);
    return true;
  }

  /** Removes tags without an outcome for `tagIdleMs` by the steady clock, and returns their labels. */
  evictIdle(steady: number, wall = steady, isSettled = true): TagLabels[] {
    const { tagIdleMs } = this.#options.limits;
    const idle = [...this.#tags.values()].filter(({ lastCounted }) => steady - lastCounted > tagIdleMs);
    const evicted = idle.map((tag) => this.#evict(tag, wall));
    // A clock that was ahead must not hide that a model is silent.
    if (isSettled) for (const tag of this.#tags.values()) limitLatest(tag, wall);
    return evicted;
  }

  /** The labels of tags that gave way to new ones since the last call. */
  takeDisplaced(): readonly TagLabels[] {
    return this.#displaced.splice(0);
  }

  /** The latest outcome of each declared model whose tags were all removed: the model is silent, not unknown. */
  silentModels(now: number): SilentModel[] {
    const present = new Set([...this.#tags.values()].map(({ labels }) => labels[0]));
    return this.forgotten.latest(now).filter(({ model }) => !present.has(model));
  }

  /** All tags as of `now`, sorted by label values; their windows are read when they are asked for. */
  views(now: number): TagView[] {
    return this.#sorted().map((tag) => ({
      id: tag.id,
      ...this.#head(tag, now),
      revision: () => tag.revision(now),
      confusion: (window) => tag.confusion(window, now),
      history: (window) => tag.history(window, now),
      traffic: () => tag.traffic(maturityOf(this.#options, tag.labels), now),
    }));
  }

  /** Begins to read all tags as of `now`, sorted by label values, while they go on changing. */
  read(now: number): Reading {
    return read(this.#sorted(), {
      windows: this.#options.windows,
      labels: (tag) => this.#labelPairs(tag),
      maturityMs: (tag) => maturityOf(this.#options, tag.labels),
      now,
    });
  }

  /** Snapshots of all tags as of `now`, sorted by label values. */
  snapshot(now: number): TagSnapshot[] {
    const { windows } = this.#options;
    return this.#sorted().map((tag) => ({
      ...this.#head(tag, now),
      windows: windows.map((window) => ({
        window,
        confusion: tag.confusion(window.label, now),
        ...(this.#options.measures && { sums: tag.sums(window.label, now) }),
      })),
      traffic: tag.traffic(maturityOf(this.#options, tag.labels), now),
    }));
  }

  #sorted(): Tag[] {
    return [...this.#tags.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  }

  #head(tag: Tag, now: number): Pick<TagSnapshot, "labels" | "outcomes" | "latest" | "latestPrediction"> {
    const latest = tag.latest > 0 ? Math.min(tag.latest, now) : undefined;
    return {
      labels: this.#labelPairs(tag),
      outcomes: tag.outcomes,
      latest,
      ...(tag.latestPrediction > 0 && { latestPrediction: Math.min(tag.latestPrediction, now) }),
    };
  }

  /** Changed entries since the last call, as of now; see `Stage.changes`. */
  changes(): Iterable<Entry> {
    const [removals, forgotten] = [this.#removals.splice(0), this.forgotten.changes()];
    const changed = changesOf(this.#changed, this.#options.tagLabels);
    this.#changed.clear();
    return (function* () {
      yield* [...removals, ...forgotten];
      yield* changed;
    })();
  }

  /**
   * Restores all saved entries into an empty `Tags`; `canonical` gives the current spelling of classes. Discards data of
   * removed windows and labels.
   */
  restore(
    entries: Iterable<readonly [EntryKey, JsonValue]>,
    canonical: (name: string) => string,
  ): Pick<Restored, "discarded" | "resetWindows"> {
    const all = [...entries];
    const restored = restoreTags(all, this.#options, this.#measures, canonical);
    for (const tag of restored.tags) {
      this.#nextId = Math.max(this.#nextId, tag.id + 1);
      this.#put(tag);
    }
    this.#removals = restored.stale.map((key) => ({ key, value: undefined }));
    this.forgotten.restore(all);
    return restored;
  }

  #labelPairs({ labels }: Tag): TagLabels {
    return labelPairs(this.#options.tagLabels, labels);
  }

  #make(labels: readonly string[], now: number): Tag | undefined {
    const seat = this.#seats.seek({ labels, source: this.source }, this.#timeline?.steady ?? now);
    if (seat === undefined) return undefined;
    if (seat !== "free") this.#displaced.push(this.#evict(seat, now));
    const tag = makeTag(this.#nextId++, [...labels], this.#options, this.#measures);
    tag.source = this.source;
    this.#put(tag);
    return tag;
  }

  #put(tag: Tag): void {
    this.#tree.put(tag);
    this.#tags.set(tag.id, tag);
    this.#seats.note(tag, 1);
  }

  #evict(tag: Tag, now: number): TagLabels {
    this.forgotten.add(tag.labels, tag.latest, tag.latestPrediction);
    this.forgotten.remember(tag.labels, tag.latest, now);
    this.#tags.delete(tag.id);
    this.#seats.note(tag, -1);
    this.#changed.delete(tag);
    this.#removals.push(...tagRemovals(tag));
    this.#tree.remove(tag);
    return this.#labelPairs(tag);
  }
}
