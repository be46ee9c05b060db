import { isRecord, type Entry, type EntryKey, type JsonValue } from "../serializable.ts";
import { forgottenPrefix } from "./forgotten-tags.ts";
import { Coverage, coveragePrefix } from "./coverage.ts";
import { isDeclaredModel, modelOf, reservedClasses, type WindowOptions } from "./options.ts";
import type { Measures } from "./measure.ts";
import { Tag, type TagReader } from "./tag.ts";

/** Key prefixes of tags, of the parts of their windows, of the latest removed tags, and of the panes of traffic. */
export const tagEntryPrefixes = ["tag", "window", forgottenPrefix, coveragePrefix] as const;

/** Format version of a saved tag. Tags of 0.1.0 have none: they counted misses among folded classes as hits. */
const tagFormat = 2;

/** Entries of the changes of tags since the last call, as of now; made while they are read, to the end. */
export function changesOf(tags: Iterable<Tag>, tagLabels: readonly string[]): Iterable<Entry> {
  const all = [...tags].map((tag) => new TagChanges(tag, tagLabels));
  return (function* () {
    for (const changes of all) yield* changes.take();
  })();
}

/** Entries of a tag's changes as of a moment: they are made when they are taken, or right before the tag changes again. */
class TagChanges implements TagReader {
  /** Before all who read its figures: these may slide its windows. */
  readonly now = Number.NEGATIVE_INFINITY;
  readonly #tag: Tag;
  readonly #tagLabels: readonly string[];
  #entries: Iterable<Entry> | undefined;

  constructor(tag: Tag, tagLabels: readonly string[]) {
    this.#tag = tag;
    this.#tagLabels = tagLabels;
    tag.readers.add(this);
  }

  keep(): void {
    this.#entries = tagEntries(this.#tag, this.#tagLabels);
  }

  /** Takes the entries, once. */
  take(): Iterable<Entry> {
    this.#tag.readers.delete(this);
    if (this.#entries === undefined) this.keep();
    const entries = this.#entries ?? [];
    this.#entries = [];
    return entries;
  }
}

/** Entries of a tag's changes since the last call, as of now. */
function tagEntries(tag: Tag, tagLabels: readonly string[]): Iterable<Entry> {
  const labels = Object.fromEntries(tagLabels.map((name, index) => [name, tag.labels[index] ?? ""]));
  const value = {
    format: tagFormat,
    labels,
    ...tag.classes.save(),
    measures: tag.measures.ids,
    source: tag.source,
    outcomes: tag.outcomes,
    lastCounted: tag.lastCounted,
    latest: tag.latest,
    ...(tag.latestPrediction > 0 && { latestPrediction: tag.latestPrediction }),
    ...(tag.coverage && { traffic: [...tag.coverage.names] }),
  };
  const windows = [...tag.windows].map(([label, window]) => ["window", label, window.changes()] as const);
  const traffic = (tag.coverage?.changes() ?? []).map(([label, all]) => [coveragePrefix, label, all] as const);
  return (function* () {
    yield { key: ["tag", tag.id], value };
    for (const [word, label, changes] of [...windows, ...traffic])
      for (const [part, change] of changes) yield { key: [word, tag.id, label, part], value: change };
  })();
}

/** Entries that remove a tag. */
export function tagRemovals(tag: Tag): Entry[] {
  const windows = [...tag.windows].flatMap(([label, window]) =>
    window.parts().map((part): Entry => ({ key: ["window", tag.id, label, part], value: undefined })),
  );
  return [{ key: ["tag", tag.id], value: undefined }, ...windows, ...(tag.coverage?.removals(tag.id) ?? [])];
}

/** Makes an empty tag. */
export function makeTag(id: number, labels: readonly string[], options: WindowOptions, measures: Measures): Tag {
  const { join, windows, limits } = options;
  const model = modelOf(options, labels);
  const tag = new Tag(id, labels, model, limits.maxClasses, measures);
  if (join !== undefined) tag.coverage = new Coverage(reservedClasses(model), limits.maxClasses);
  tag.setWindows(windows, limits.futureToleranceMs);
  return tag;
}

/** Result of restoring tags. */
export interface Restored {
  readonly tags: readonly Tag[];
  /** Keys of obsolete entries, to be removed. */
  readonly stale: readonly EntryKey[];
  /** Number of tags that were discarded. */
  readonly discarded: number;
  /** Windows that start empty, because their folded outcomes cannot be classified with the current config. */
  readonly resetWindows: readonly { readonly labels: readonly string[]; readonly windows: readonly string[] }[];
}

/** Restores tags from entries; tags with removed labels and parts of removed windows are stale. */
export function restoreTags(
  entries: Iterable<readonly [EntryKey, JsonValue]>,
  options: WindowOptions,
  measures: Measures,
  canonical: (name: string) => string,
): Restored {
  const all = [...entries];
  const tags = new Map<number, Tag>();
  const stale: EntryKey[] = [];
  /** Tags whose sums are of other measures. */
  const unmeasured = new Set<number>();
  let discarded = 0;
  const heads = all.flatMap(([key, value]) =>
    key[0] === "tag" ? [{ key, value, tag: restoreTag(Number(key[1]), value, options, measures, canonical) }] : [],
  );
  // Where the limit was lowered, tags of declared models keep their seats.
  const isDeclared = ({ tag }: { tag: Tag | undefined }): number => Number(isDeclaredModel(options, tag?.labels[0]));
  for (const { key, value, tag } of heads.sort((one, other) => isDeclared(other) - isDeclared(one))) {
    if (isRecord(value) && value["measures"] !== measures.ids) unmeasured.add(Number(key[1]));
    if (tag !== undefined && tags.size < options.limits.maxTags) tags.set(tag.id, tag);
    else {
      stale.push(key);
      discarded++;
    }
  }
  for (const [key, value] of all) {
    if (key[0] !== coveragePrefix) continue;
    const { coverage } = tags.get(Number(key[1])) ?? {};
    if (coverage?.restore(String(key[2]), Number(key[3]), value) !== true) stale.push(key);
  }
  for (const tag of tags.values()) tag.coverage?.settle();
  for (const [key, value] of all) {
    if (key[0] !== "window") continue;
    const id = Number(key[1]);
    const window = tags.get(id)?.windows.get(String(key[2]));
    if (window?.restore(Number(key[3]), unmeasured.has(id) ? withoutSums(value) : value) !== true) stale.push(key);
  }
  const resetWindows: { labels: readonly string[]; windows: readonly string[] }[] = [];
  const dropped = new Map<number, readonly string[]>();
  for (const tag of tags.values()) {
    const windows = tag.resetUncertain(options.windows, options.limits.futureToleranceMs);
    if (windows.length === 0) continue;
    dropped.set(tag.id, windows);
    resetWindows.push({ labels: tag.labels.filter((label) => label !== ""), windows });
  }
  const isDropped = ([word, id, label]: EntryKey): boolean =>
    word === "window" && dropped.get(Number(id))?.includes(String(label)) === true;
  stale.push(...all.flatMap(([key]) => (isDropped(key) ? [key] : [])));
  return { tags: [...tags.values()], stale, discarded, resetWindows };
}

function restoreTag(
  id: number,
  value: JsonValue,
  options: WindowOptions,
  measures: Measures,
  canonical: (name: string) => string,
): Tag | undefined {
  if (!isRecord(value) || !isRecord(value["labels"])) return undefined;
  const named = new Map(Object.entries(value["labels"]));
  const labels = options.tagLabels.map((name) => {
    const label = named.get(name);
    named.delete(name);
    return typeof label === "string" ? label : "";
  });
  // A label that distinguished tags was removed: this tag's counts belong to no tag of the new config.
  if ([...named.values()].some((label) => label !== "")) return undefined;
  const tag = makeTag(id, labels, options, measures);
  const { spellings } = modelOf(options, labels);
  tag.coverage?.restoreNames(strings(value["traffic"]), (name) => spellings.get(canonical(name)) ?? canonical(name));
  const saved = {
    classes: strings(value["classes"]),
    cells: numbers(value["cells"]),
    left: numbers(value["left"]),
    unfolded: value["format"] === undefined,
    spellings: typeof value["spellings"] === "string" ? value["spellings"] : "",
  };
  tag.restoreClasses(saved, canonical);
  tag.source = typeof value["source"] === "string" ? value["source"] : "";
  tag.outcomes = numbers([value["outcomes"] ?? 0])[0] ?? 0;
  tag.lastCounted = numbers([value["lastCounted"] ?? 0])[0] ?? 0;
  // Tags of 0.1.0 have none: their last count is close to it.
  tag.latest = numbers([value["latest"] ?? tag.lastCounted])[0] ?? 0;
  tag.latestPrediction = numbers([value["latestPrediction"] ?? 0])[0] ?? 0;
  return tag;
}

/** A part of a window with its counts alone. */
function withoutSums(value: JsonValue): JsonValue {
  return isRecord(value) ? { ...value, limbs: [], values: [] } : value;
}

function strings(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function numbers(value: JsonValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((item): item is number => typeof item === "number") : [];
}
