import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import type { ClassWatch } from "./class-monitor.ts";
import { modelKey, modelOf, type WindowOptions, type WindowSpec } from "./options.ts";
import { restoreTags, tagEntries, tagRemovals, type Restored } from "./tag-entries.ts";
import { Tag } from "./tag.ts";

/** One tag as it stands at a moment: what the sinks are given. */
export interface TagSnapshot {
  /** The labels that have a value, in the config's order. */
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** Outcomes counted since the tag was first seen. */
  readonly outcomes: number;
  readonly windows: readonly { readonly window: WindowSpec; readonly confusion: ConfusionMatrix }[];
}

/** Where an outcome was put: `late` outside of at least one time window, `future` at now, `dropped` nowhere. */
export type Placed = "in time" | "late" | "future" | "dropped";

/** A level of the tree in which a tag is found by its label values. */
interface Node {
  readonly children: Map<string, Node>;
  tag: Tag | undefined;
}

/** After so many outcomes of a tag it is asked whether its classes are spelt in two ways. */
const spellingLooks: readonly number[] = [20, 1000];

/** All tags and their windows: takes outcomes, gives snapshots, and can be written down and read back. */
export class Tags {
  /** Outcomes that were too old for at least one time window. */
  late = 0;
  /** Outcomes from the future beyond the tolerance, which were placed at now. */
  future = 0;
  /** Outcomes of tags past `maxTags`. */
  dropped = 0;
  readonly #options: WindowOptions;
  readonly #watch: ClassWatch;
  #root: Node = { children: new Map(), tag: undefined };
  readonly #tags = new Map<number, Tag>();
  #nextId = 0;
  readonly #changed = new Set<Tag>();
  #removals: Entry[] = [];

  /** `watch` is told of classes that nobody declared and of those that are too many. */
  constructor(options: WindowOptions, watch: ClassWatch) {
    this.#options = options;
    this.#watch = watch;
    watch.declare(options.models);
  }

  /** How many tags are known. */
  get size(): number {
    return this.#tags.size;
  }

  /**
   * Counts an outcome for the tag with these label values. `time` is Unix milliseconds, or NaN for "now". The arguments
   * are read and not kept.
   */
  add(labels: readonly string[], actual: string, predicted: string, time: number, now: number): Placed {
    const tag = this.#find(labels) ?? this.#make(labels);
    if (tag === undefined) {
      this.dropped++;
      return "dropped";
    }
    const { limits } = this.#options;
    let place = time;
    if (!(time <= now + limits.futureToleranceMs)) {
      place = now;
      if (time > now) this.future++;
    }
    const { inAll, declared, folded } = tag.add(actual, predicted, place, now);
    if (!inAll) this.late++;
    if (!declared) this.#watch.undeclared(modelKey(this.#options, tag.labels), actual, predicted);
    if (folded && !tag.overflows) {
      tag.overflows = true;
      this.#watch.overflow(this.#named(tag), [...tag.classes.seated, actual, predicted]);
    }
    if (spellingLooks.includes(tag.outcomes)) this.#lookAtSpelling(tag);
    this.#changed.add(tag);
    if (!inAll) return "late";
    return time > place ? "future" : "in time";
  }

  /** Forgets the tags that have had no outcome for `tagIdleMs`. */
  forgetIdle(now: number): void {
    for (const tag of this.#tags.values()) {
      if (now - tag.lastCounted > this.#options.limits.tagIdleMs) this.#forget(tag);
    }
  }

  /** All tags as they stand at `now`, in the order of their label values. */
  snapshot(now: number): TagSnapshot[] {
    const { windows } = this.#options;
    return [...this.#tags.values()]
      .sort((a, b) => compareLabels(a.labels, b.labels))
      .map((tag) => ({
        labels: this.#named(tag),
        outcomes: tag.outcomes,
        windows: windows.map((window) => ({ window, confusion: tag.confusion(window.label, now) })),
      }));
  }

  /** What must be written down since the last call. The caller keeps it until it is durable. */
  changes(): Entry[] {
    const entries = this.#removals;
    this.#removals = [];
    for (const tag of this.#changed) entries.push(...tagEntries(tag, this.#options.tagLabels));
    this.#changed.clear();
    return entries;
  }

  /**
   * Takes back what `changes` gave, all of it, into an empty `Tags`; `respell` gives the spelling that classes have
   * today. What belongs to windows or labels that the config has no more is let go of.
   */
  restore(
    entries: Iterable<readonly [EntryKey, Plain]>,
    respell: (name: string) => string,
  ): Pick<Restored, "lost" | "begunAnew"> {
    const restored = restoreTags(entries, this.#options, respell);
    for (const tag of restored.tags) {
      this.#nextId = Math.max(this.#nextId, tag.id + 1);
      this.#put(tag);
    }
    this.#removals = restored.stale.map((key) => ({ key, value: undefined }));
    return restored;
  }

  #lookAtSpelling(tag: Tag): void {
    if (tag.overflows || tag.isSpellingTold || modelOf(this.#options, tag.labels).classes !== undefined) return;
    const { actual, predicted } = tag.classes.sides;
    tag.isSpellingTold = this.#watch.spellings(this.#named(tag), actual, predicted);
  }

  #named({ labels }: Tag): TagSnapshot["labels"] {
    return this.#options.tagLabels
      .map((name, index) => ({ name, value: labels[index] ?? "" }))
      .filter(({ value }) => value !== "");
  }

  #find(labels: readonly string[]): Tag | undefined {
    let node: Node | undefined = this.#root;
    for (let at = 0; at < labels.length && node !== undefined; at++) node = node.children.get(labels[at] ?? "");
    return node?.tag;
  }

  #make(labels: readonly string[]): Tag | undefined {
    if (this.#tags.size >= this.#options.limits.maxTags) return undefined;
    const tag = new Tag(this.#nextId++, [...labels], modelOf(this.#options, labels), this.#options.limits.maxClasses);
    tag.setWindows(this.#options.windows, this.#options.limits.futureToleranceMs);
    this.#put(tag);
    return tag;
  }

  #put(tag: Tag): void {
    let node = this.#root;
    for (const value of tag.labels) {
      let child = node.children.get(value);
      if (child === undefined) node.children.set(value, (child = { children: new Map(), tag: undefined }));
      node = child;
    }
    node.tag = tag;
    this.#tags.set(tag.id, tag);
  }

  #forget(tag: Tag): void {
    this.#tags.delete(tag.id);
    this.#changed.delete(tag);
    this.#removals.push(...tagRemovals(tag));
    const path: { node: Node; value: string }[] = [];
    let node = this.#root;
    for (const value of tag.labels) {
      path.push({ node, value });
      node = node.children.get(value) ?? node;
    }
    node.tag = undefined;
    for (const step of path.reverse()) {
      const child = step.node.children.get(step.value);
      if (child !== undefined && child.tag === undefined && child.children.size === 0)
        step.node.children.delete(step.value);
    }
  }
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) {
    const left = a[at] ?? "";
    const right = b[at] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
