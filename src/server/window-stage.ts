import { canonicalClass } from "../decode/canonical-class.ts";
import type { Log } from "../log.ts";
import { jsonEntries, type Entry, type SavedEntry } from "../serializable.ts";
import type { EntryFormat, Stage } from "../stage.ts";
import type { Moment } from "../steady-clock.ts";
import type { WindowSpec } from "../window/options.ts";
import { tagEntryPrefixes } from "../window/tag-entries.ts";
import type { Tags } from "../window/tags.ts";
import { windowChanges, type WindowChange } from "../window/window-changes.ts";

/** Stage of the windows of all tags; logs windows that cannot be restored. */
export class WindowStage implements Stage {
  readonly format: EntryFormat = { name: "windows", prefixes: tagEntryPrefixes, current: 3, oldest: 1 };
  readonly #tags: Tags;
  readonly #windows: readonly WindowSpec[];
  readonly #log: Log;

  constructor(tags: Tags, windows: readonly WindowSpec[], log: Log) {
    this.#tags = tags;
    this.#windows = windows;
    this.#log = log;
  }

  restore(saved: Iterable<SavedEntry>): void {
    const entries = jsonEntries(saved);
    for (const change of windowChanges(entries, this.#windows)) this.#logChange(change);
    const { discarded, resetWindows } = this.#tags.restore(entries, canonicalClass);
    if (discarded > 0) this.#log.warn({ tags: discarded }, "discarded saved tags that do not match the config");
    for (const { labels, windows } of resetWindows) {
      const what =
        "windows start empty: their outcomes of classes past limits.maxClasses cannot be classified with this config";
      this.#log.warn({ tag: labels.join(" "), windows: windows.join(" ") }, what);
    }
  }

  changes(): Iterable<Entry> {
    return this.#tags.changes();
  }

  evict({ steady, wall, isSettled }: Moment): void {
    const displaced = this.#tags.takeDisplaced();
    if (displaced.length > 0) {
      const tag = displaced[0]?.map(({ value }) => value).join(" ");
      const what = "tags of undeclared models that were idle for ten minutes gave way to new ones (limits.maxTags)";
      this.#log.info({ tags: displaced.length, tag }, what);
    }
    for (const labels of this.#tags.evictIdle(steady, wall, isSettled)) {
      const tag = labels.map(({ value }) => value).join(" ");
      this.#log.info({ tag }, "tag removed after limits.tagIdle without an outcome, with its windows");
    }
  }

  #logChange({ window, change, tags }: WindowChange): void {
    const [first = "", ...others] = tags;
    const what = { window, tags: tags.length, tag: others.length === 0 ? first : `${first}, ...` };
    if (change === "removed") this.#log.info(what, "window removed from the config; its outcomes are discarded");
    else this.#log.warn(what, "window starts empty: the length of its panes has changed (limits.panes)");
  }
}
