import type { Traffic } from "./coverage.ts";
import type { TagLabels } from "./forgotten-tags.ts";
import type { WindowSpec } from "./options.ts";
import type { Tag, TagReader } from "./tag.ts";
import { confusionMatrix, type ConfusionMatrix } from "./confusion-matrix.ts";
import type { TagSnapshot, TagView } from "./tags.ts";

/** What a reading must know besides the tag. */
export interface ReadingOptions {
  readonly windows: readonly WindowSpec[];
  readonly labels: (tag: Tag) => TagLabels;
  readonly maturityMs: (tag: Tag) => number | undefined;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Snapshots of all tags as of one instant, whose figures are computed whenever they are read. Close it at the end. */
export interface Reading {
  readonly snapshots: readonly TagSnapshot[];
  readonly close: () => void;
}

/**
 * Begins to read tags as of now. It takes no memory but for tags that change before it is closed: these are copied right
 * before their first change, sliding of their windows included.
 */
export function read(tags: readonly Tag[], options: ReadingOptions): Reading {
  const snapshots = tags.map((tag) => new ReadTag(tag, options));
  return {
    snapshots,
    close: () => {
      for (const snapshot of snapshots) snapshot.close();
    },
  };
}

/** Figures of a tag at a moment. */
export type TagFigures = Pick<TagView, "labels" | "outcomes" | "latest" | "latestPrediction" | "confusion" | "traffic">;

/** What a snapshot says, window by window, for whoever asks for one by its label; empty for an unknown one. */
export function figuresOf(snapshot: TagSnapshot): TagFigures {
  const { labels, outcomes, latest, latestPrediction, windows } = snapshot;
  return {
    ...{ labels, outcomes, latest, latestPrediction },
    confusion: (label) => windows.find(({ window }) => window.label === label)?.confusion ?? confusionMatrix([]),
    traffic: () => snapshot.traffic,
  };
}

class ReadTag implements TagSnapshot, TagReader {
  readonly labels: TagLabels;
  readonly windows: TagSnapshot["windows"];
  readonly now: number;
  readonly #tag: Tag;
  readonly #maturityMs: number | undefined;
  #head: Pick<Tag, "outcomes" | "latest" | "latestPrediction">;
  /** By the label of the window; undefined while the tag is as it was. */
  #copies: ReadonlyMap<string, () => ConfusionMatrix> | undefined;
  #traffic: Traffic | undefined;

  constructor(tag: Tag, { windows, labels, maturityMs, now }: ReadingOptions) {
    this.#tag = this.#head = tag;
    this.now = now;
    this.#maturityMs = maturityMs(tag);
    this.labels = labels(tag);
    const matrix = (label: string): ConfusionMatrix => {
      this.#settle();
      return this.#copies?.get(label)?.() ?? tag.confusion(label, now);
    };
    this.windows = windows.map((window) => ({
      window,
      get confusion() {
        return matrix(window.label);
      },
    }));
    tag.readers.add(this);
  }

  get outcomes(): number {
    return this.#head.outcomes;
  }

  get latest(): number | undefined {
    return this.#past(this.#head.latest);
  }

  get latestPrediction(): number | undefined {
    return this.#past(this.#head.latestPrediction);
  }

  get traffic(): Traffic | undefined {
    this.#settle();
    return (this.#traffic ??= this.#tag.traffic(this.#maturityMs, this.now));
  }

  keep(): void {
    const { outcomes, latest, latestPrediction } = this.#tag;
    this.#head = { outcomes, latest, latestPrediction };
    const copies = this.windows.map(({ window: { label } }) => [label, this.#tag.copy(label, this.now)] as const);
    this.#copies = new Map(copies);
    this.#traffic ??= this.#tag.traffic(this.#maturityMs, this.now);
  }

  close(): void {
    this.#tag.readers.delete(this);
  }

  /** Makes the tag as of the instant, or copies it: where others read it too, they must not be in each other's way. */
  #settle(): void {
    if (this.#copies !== undefined || this.#tag.isAsOf(this.now)) return;
    if (this.#tag.readers.size > 1) this.#tag.changing();
    else {
      this.#tag.readers.delete(this);
      this.#tag.slide(this.now);
      this.#tag.readers.add(this);
    }
  }

  #past(time: number): number | undefined {
    return time > 0 ? Math.min(time, this.now) : undefined;
  }
}
