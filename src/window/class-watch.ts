import type { ClassMonitor } from "./class-monitor.ts";
import { labelPairs, type TagLabels } from "./forgotten-tags.ts";
import { modelKey, modelOf, type WindowOptions } from "./options.ts";
import type { Counted, Tag } from "./tag.ts";

/** Numbers of outcomes of a tag at which the spelling of its classes is checked. */
const spellingChecks: readonly number[] = [20, 1000];

/** Watch on the classes of tags, which tells a monitor of each odd thing once. */
export class ClassWatch {
  readonly #options: WindowOptions;
  readonly #monitor: ClassMonitor;

  constructor(options: WindowOptions, monitor: ClassMonitor) {
    this.#options = options;
    this.#monitor = monitor;
  }

  /** Looks at an outcome that a tag has counted. */
  outcome(
    tag: Tag,
    { declared, folded }: Pick<Counted, "declared" | "folded">,
    actual: string,
    predicted: string,
  ): void {
    if (!declared) this.#monitor.undeclared(modelKey(this.#options, tag.labels), actual, predicted);
    if ((folded || tag.classes.hasLeft) && !tag.hasOverflowed) {
      tag.hasOverflowed = true;
      this.#monitor.overflow(this.#labelPairs(tag), [...tag.classes.tracked, actual, predicted]);
    }
    if (tag.classes.packed !== undefined && !tag.hasPackedWarning) {
      tag.hasPackedWarning = true;
      this.#monitor.packed(this.#labelPairs(tag), tag.classes.packed);
    }
    if (spellingChecks.includes(tag.outcomes)) this.#checkSpelling(tag);
  }

  #checkSpelling(tag: Tag): void {
    if (tag.hasOverflowed || tag.hasSpellingWarning) return;
    if (modelOf(this.#options, tag.labels).classes !== undefined) return;
    const { actual, predicted } = tag.classes.sides;
    tag.hasSpellingWarning = this.#monitor.checkSpellings(this.#labelPairs(tag), actual, predicted);
  }

  #labelPairs({ labels }: Tag): TagLabels {
    return labelPairs(this.#options.tagLabels, labels);
  }
}
