import { monotonicClock, wallClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { jsonEntries, type Entry, type SavedEntry } from "../serializable.ts";
import type { EntryFormat, Stage } from "../stage.ts";
import { SteadyClock } from "../steady-clock.ts";
import { WallTimeline } from "../timeline.ts";

const prefix = "clock";

const clockWasSet =
  "the wall clock was set, or the machine was asleep: nothing is forgotten because of it, and windows go by the new time";

/** Stage of the daemon's clock, which a restart goes on with; logs steps of the wall clock. */
export class ClockStage implements Stage {
  readonly format: EntryFormat = { name: "clock", prefixes: [prefix], current: 1, oldest: 1 };
  readonly clock: SteadyClock;
  #isRestored = false;

  constructor(log: Log) {
    this.clock = new SteadyClock(wallClock, monotonicClock, (stepMs) => {
      log.warn({ seconds: Math.round(stepMs / 1000) }, clockWasSet);
    });
  }

  /** Makes the timeline of a pipeline. */
  timeline(): WallTimeline {
    return new WallTimeline(this.clock);
  }

  restore(entries: Iterable<SavedEntry>): void {
    // A reload goes on with the clock of the process.
    if (this.#isRestored) return;
    this.#isRestored = true;
    for (const [, value] of jsonEntries(entries)) this.clock.restore(value);
  }

  changes(): Entry[] {
    const value = this.clock.change();
    return value === undefined ? [] : [{ key: [prefix], value }];
  }

  evict(): void {
    // One entry, which is never too old.
  }
}
