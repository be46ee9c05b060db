import { isDeclaredModel, type WindowOptions } from "./options.ts";
import type { Tag } from "./tag.ts";

/** Idle time after which an undeclared tag or class gives its seat to a new one (ms). */
export const idleMs = 600_000;

/** A new tag. */
export interface Newcomer {
  readonly labels: readonly string[];
  /** The source that brings it. */
  readonly source: string;
}

/**
 * Seats of tags within `maxTags` and `maxTagsPerSource`. One is kept for each declared model without a tag, whose first tag
 * is always seated. A tag of an undeclared model gives way once it was idle, the one with the fewest outcomes first.
 */
export class Seats {
  readonly #options: WindowOptions;
  readonly #tags: ReadonlyMap<number, Tag>;
  /** Tags by declared model, and by source. */
  readonly #ofModel = new Map<string, number>();
  readonly #ofSource = new Map<string, number>();
  /** When a search may find an idle tag again (Unix ms, steady), by the source that it was for, or `""` for any. */
  readonly #searchAt = new Map<string, number>();

  /** `tags` are those with a seat. */
  constructor(options: WindowOptions, tags: ReadonlyMap<number, Tag>) {
    this.#options = options;
    this.#tags = tags;
    for (const model of options.models.keys()) if (isDeclaredModel(options, model)) this.#ofModel.set(model, 0);
  }

  /** Notes that a tag has got a seat (1), or has left it (-1). */
  note({ labels: [model = ""], source }: Tag, by: 1 | -1): void {
    const ofModel = this.#ofModel.get(model);
    if (ofModel !== undefined) this.#ofModel.set(model, ofModel + by);
    this.#ofSource.set(source, (this.#ofSource.get(source) ?? 0) + by);
  }

  /** Finds a seat for a new tag: a free one, that of a tag which gives way to it, or none (undefined). */
  seek({ labels: [model = ""], source }: Newcomer, steady: number): "free" | Tag | undefined {
    const { maxTags, maxTagsPerSource = maxTags } = this.#options.limits;
    if (this.#ofModel.get(model) === 0) return "free";
    const isSourceFull = (this.#ofSource.get(source) ?? 0) >= maxTagsPerSource;
    if (!isSourceFull && this.#tags.size < maxTags - this.#kept) return "free";
    return this.#idle(isSourceFull ? source : "", steady);
  }

  /** Seats that are kept for declared models. */
  get #kept(): number {
    let kept = 0;
    for (const tags of this.#ofModel.values()) if (tags === 0) kept++;
    return kept;
  }

  #idle(source: string, steady: number): Tag | undefined {
    if (steady < (this.#searchAt.get(source) ?? Number.NEGATIVE_INFINITY)) return undefined;
    let found: Tag | undefined;
    let next = steady + idleMs;
    for (const tag of this.#tags.values()) {
      if (isDeclaredModel(this.#options, tag.labels[0]) || (source !== "" && tag.source !== source)) continue;
      if (steady - tag.lastCounted < idleMs) next = Math.min(next, tag.lastCounted + idleMs);
      else if (found === undefined || givesWayBefore(tag, found)) found = tag;
    }
    // A flood of new tags must not look through all at each of them.
    if (found === undefined) this.#searchAt.set(source, next);
    return found;
  }
}

function givesWayBefore(one: Tag, other: Tag): boolean {
  return one.outcomes === other.outcomes ? one.lastCounted < other.lastCounted : one.outcomes < other.outcomes;
}
