import type { Entry, EntryKey, Plain } from "../plain.ts";
import { modelOf, type WindowOptions } from "./options.ts";
import { Tag } from "./tag.ts";

/** The first words of the keys under which tags and the parts of their windows are kept. */
export const tagEntryWords = ["tag", "window"] as const;

/** The form in which a tag is written. Tags of 0.1.0 bear no number: misses of folded classes were counted as hits. */
const tagFormat = 2;

/** The entries of a tag that were changed since the last call. */
export function tagEntries(tag: Tag, tagLabels: readonly string[]): Entry[] {
  const labels = Object.fromEntries(tagLabels.map((name, index) => [name, tag.labels[index] ?? ""]));
  const value = {
    format: tagFormat,
    labels,
    ...tag.classes.save(),
    outcomes: tag.outcomes,
    lastCounted: tag.lastCounted,
  };
  const entries: Entry[] = [{ key: ["tag", tag.id], value }];
  for (const [label, window] of tag.windows) {
    for (const [part, change] of window.changes())
      entries.push({ key: ["window", tag.id, label, part], value: change });
  }
  return entries;
}

/** The entries that remove a tag. */
export function tagRemovals(tag: Tag): Entry[] {
  const windows = [...tag.windows].flatMap(([label, window]) =>
    window.parts().map((part): Entry => ({ key: ["window", tag.id, label, part], value: undefined })),
  );
  return [{ key: ["tag", tag.id], value: undefined }, ...windows];
}

/** What was read back. */
export interface Restored {
  readonly tags: readonly Tag[];
  /** The keys that serve nothing any more. */
  readonly stale: readonly EntryKey[];
  /** How many tags had to be let go of. */
  readonly lost: number;
  /** Windows that begin anew, since it is not known which of their folded outcomes would be right today. */
  readonly begunAnew: readonly { readonly labels: readonly string[]; readonly windows: readonly string[] }[];
}

/** Makes tags from their entries; a tag whose labels the config has no more, and parts of windows that are gone, are stale. */
export function restoreTags(
  entries: Iterable<readonly [EntryKey, Plain]>,
  options: WindowOptions,
  respell: (name: string) => string,
): Restored {
  const all = [...entries];
  const tags = new Map<number, Tag>();
  const stale: EntryKey[] = [];
  let lost = 0;
  for (const [key, value] of all) {
    if (key[0] !== "tag") continue;
    const tag = restoreTag(Number(key[1]), value, options, respell);
    if (tag !== undefined && tags.size < options.limits.maxTags) tags.set(tag.id, tag);
    else {
      stale.push(key);
      lost++;
    }
  }
  for (const [key, value] of all) {
    if (key[0] !== "window") continue;
    const window = tags.get(Number(key[1]))?.windows.get(String(key[2]));
    if (window?.restore(Number(key[3]), value) !== true) stale.push(key);
  }
  const begunAnew: { labels: readonly string[]; windows: readonly string[] }[] = [];
  const dropped = new Map<number, readonly string[]>();
  for (const tag of tags.values()) {
    const windows = tag.dropDoubtful(options.windows, options.limits.futureToleranceMs);
    if (windows.length === 0) continue;
    dropped.set(tag.id, windows);
    begunAnew.push({ labels: tag.labels.filter((label) => label !== ""), windows });
  }
  const isDropped = ([word, id, label]: EntryKey): boolean =>
    word === "window" && dropped.get(Number(id))?.includes(String(label)) === true;
  stale.push(...all.flatMap(([key]) => (isDropped(key) ? [key] : [])));
  return { tags: [...tags.values()], stale, lost, begunAnew };
}

function restoreTag(
  id: number,
  value: Plain,
  options: WindowOptions,
  respell: (name: string) => string,
): Tag | undefined {
  if (!isRecord(value) || !isRecord(value["labels"])) return undefined;
  const named = new Map(Object.entries(value["labels"]));
  const labels = options.tagLabels.map((name) => {
    const label = named.get(name);
    named.delete(name);
    return typeof label === "string" ? label : "";
  });
  // A label that told tags apart is asked for no more: this tag's counts are of no tag of the new config.
  if ([...named.values()].some((label) => label !== "")) return undefined;
  const tag = new Tag(id, labels, modelOf(options, labels), options.limits.maxClasses);
  tag.setWindows(options.windows, options.limits.futureToleranceMs);
  const saved = {
    classes: strings(value["classes"]),
    cells: numbers(value["cells"]),
    unfolded: value["format"] === undefined,
    spellings: typeof value["spellings"] === "string" ? value["spellings"] : "",
  };
  tag.restoreClasses(saved, respell);
  tag.outcomes = numbers([value["outcomes"] ?? 0])[0] ?? 0;
  tag.lastCounted = numbers([value["lastCounted"] ?? 0])[0] ?? 0;
  return tag;
}

function isRecord(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strings(value: Plain | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function numbers(value: Plain | undefined): number[] {
  return Array.isArray(value) ? value.filter((item): item is number => typeof item === "number") : [];
}
