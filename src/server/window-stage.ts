import { classText } from "../decode/canonical-class.ts";
import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { Stage } from "../stage.ts";
import type { WindowSpec } from "../window/options.ts";
import { tagEntryWords } from "../window/tag-entries.ts";
import type { Tags } from "../window/tags.ts";
import { windowChanges, type WindowChange } from "../window/window-changes.ts";

/** The windows of all tags as a stage; the log tells of windows that cannot be taken back. */
export class WindowStage implements Stage {
  readonly words = tagEntryWords;
  readonly #tags: Tags;
  readonly #windows: readonly WindowSpec[];
  readonly #log: Log;

  constructor(tags: Tags, windows: readonly WindowSpec[], log: Log) {
    this.#tags = tags;
    this.#windows = windows;
    this.#log = log;
  }

  restore(entries: readonly (readonly [EntryKey, Plain])[]): void {
    for (const change of windowChanges(entries, this.#windows)) this.#tellChange(change);
    const { lost, begunAnew } = this.#tags.restore(entries, classText);
    if (lost > 0) this.#log.warn({ tags: lost }, "saved tags do not fit the config and were let go of");
    for (const { labels, windows } of begunAnew) {
      const what =
        "windows begin anew: they hold classes past limits.maxClasses, of which it is not known what is right";
      this.#log.warn({ tag: labels.join(" "), windows: windows.join(" ") }, what);
    }
  }

  changes(): Entry[] {
    return this.#tags.changes();
  }

  forget(now: number): void {
    this.#tags.forgetIdle(now);
  }

  #tellChange({ window, change, tags }: WindowChange): void {
    const [first = "", ...others] = tags;
    const what = { window, tags: tags.length, tag: others.length === 0 ? first : `${first}, ...` };
    if (change === "gone") this.#log.info(what, "the config has the window no more: what it held is let go of");
    else this.#log.warn(what, "the window begins empty: its panes have another length than before (limits.panes)");
  }
}
