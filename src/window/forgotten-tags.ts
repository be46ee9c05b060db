import { isRecord, type Entry, type EntryKey, type JsonValue } from "../serializable.ts";
import { isDeclaredModel, type WindowOptions } from "./options.ts";

/** Non-empty labels of a tag, in the config's order. */
export type TagLabels = readonly { readonly name: string; readonly value: string }[];

/** Pairs of names and non-empty values. */
export function labelPairs(names: readonly string[], values: readonly string[]): TagLabels {
  return names.map((name, index) => ({ name, value: values[index] ?? "" })).filter(({ value }) => value !== "");
}

/** Labels of a tag as an object. */
export function recordOf(labels: TagLabels): Readonly<Record<string, string>> {
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}

/** The latest tag of a declared model that has none any more. */
export interface SilentModel {
  readonly model: string;
  readonly labels: TagLabels;
  /** Event time of its latest outcome (Unix ms), never later than now; 0 without any. */
  readonly latest: number;
  /** The same of its latest prediction of a join. */
  readonly latestPrediction?: number;
}

/** A tag that is no longer counted. */
export interface RemovedTag {
  readonly labels: TagLabels;
  /** Event time of its latest outcome (Unix ms), never later than now; 0 without any. */
  readonly latest: number;
  /** When it was removed (Unix ms); undefined where that was before the start. */
  readonly removed: number | undefined;
}

/** Most removed tags that are remembered, besides the latest of each declared model. */
const mostRemoved = 1000;

/** Key prefix of the entries. */
export const forgottenPrefix = "forgotten";

/** Latest removed tag of each declared model, with durable state: one per model, so that it does not grow. */
export class ForgottenTags {
  readonly #options: WindowOptions;
  readonly #tags = new Map<string, SilentModel>();
  readonly #changed = new Map<string, Entry>();
  readonly #removed = new Map<string, RemovedTag>();

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** Records a removed tag. */
  add(labels: readonly string[], latest: number, latestPrediction = 0): void {
    const [model = ""] = labels;
    const news = Math.max(latest, latestPrediction);
    if (!this.#isDeclared(model) || news <= newsOf(this.#tags.get(model))) return;
    const pairs = labelPairs(this.#options.tagLabels, labels);
    const times = { latest, ...(latestPrediction > 0 && { latestPrediction }) };
    this.#tags.set(model, { model, labels: pairs, ...times });
    const value = { labels: recordOf(pairs), ...times };
    this.#changed.set(model, { key: [forgottenPrefix, model], value });
  }

  /** Remembers a tag that is removed now, until this process ends or many others are. */
  remember(labels: readonly string[], latest: number, now: number): void {
    const key = JSON.stringify(labels);
    this.#removed.delete(key);
    this.#removed.set(key, { labels: labelPairs(this.#options.tagLabels, labels), latest, removed: now });
    const [oldest] = this.#removed.keys();
    if (this.#removed.size > mostRemoved && oldest !== undefined) this.#removed.delete(oldest);
  }

  /** The recorded tags and the remembered ones as of `now`, those that were removed last at the end. */
  removed(now: number): readonly RemovedTag[] {
    const saved = this.latest(now).map(({ labels, latest }) => ({ labels, latest, removed: undefined }));
    const later = [...this.#removed.values()].map((tag) => ({ ...tag, latest: Math.min(tag.latest, now) }));
    return [...saved, ...later];
  }

  /** The recorded tags as of `now`. */
  latest(now: number): SilentModel[] {
    return [...this.#tags.values()].map(({ latestPrediction, ...tag }) => ({
      ...tag,
      latest: Math.min(tag.latest, now),
      ...(latestPrediction !== undefined && { latestPrediction: Math.min(latestPrediction, now) }),
    }));
  }

  /** Changed entries since the last call. */
  changes(): Entry[] {
    const entries = [...this.#changed.values()];
    this.#changed.clear();
    return entries;
  }

  /** Restores saved entries; those of models that are not declared any more are removed. */
  restore(entries: Iterable<readonly [EntryKey, JsonValue]>): void {
    for (const [key, value] of entries) {
      if (key[0] !== forgottenPrefix) continue;
      const model = String(key[1]);
      const saved = isRecord(value) ? value : {};
      const { labels, latest, latestPrediction } = saved;
      if (!this.#isDeclared(model) || !isRecord(labels) || typeof latest !== "number") {
        this.#changed.set(model, { key, value: undefined });
        continue;
      }
      const named = new Map(Object.entries(labels));
      const values = this.#options.tagLabels.map((name) => {
        const label = named.get(name);
        return typeof label === "string" ? label : "";
      });
      this.#tags.set(model, {
        model,
        labels: labelPairs(this.#options.tagLabels, values),
        latest,
        ...(typeof latestPrediction === "number" && { latestPrediction }),
      });
    }
  }

  #isDeclared(model: string): boolean {
    return isDeclaredModel(this.#options, model);
  }
}

function newsOf(tag: SilentModel | undefined): number {
  return Math.max(tag?.latest ?? 0, tag?.latestPrediction ?? 0);
}
