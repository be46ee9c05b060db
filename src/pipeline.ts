import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { makeDecoder } from "./decode/decoder.ts";
import type { Event, EventSink, Reception, RejectReason } from "./decode/event.ts";
import type { LineCounts, SourceLines } from "./decode/line-stats.ts";
import type { Plain } from "./plain.ts";
import type { LineReader, OpenedFile } from "./source/source.ts";
import type { ClassWatch } from "./window/class-monitor.ts";
import { Tags } from "./window/tags.ts";

/** What time it is for the windows. */
export interface Timeline {
  /** Looks at the clock, before a batch of lines is read. */
  look(): void;
  /** Takes notice of an event's time (Unix milliseconds, or NaN). */
  meet(time: number): void;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The wall clock, looked at once per batch: the time of a daemon. */
export class WallTimeline implements Timeline {
  now: number;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.now = clock();
  }

  look(): void {
    this.now = this.#clock();
  }

  meet(): void {
    // Events do not move the wall clock.
  }
}

/**
 * The latest time that an event carried: the time of a log that is read after the fact. One that lies in the future by
 * more than is tolerated is wrong, and moves nothing: it would empty every window of what the others hold.
 */
export class EventTimeline implements Timeline {
  #latest = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  readonly #futureMs: number;
  #mostKnown = Number.NEGATIVE_INFINITY;

  /** `clock` serves for as long as no event has carried a time. */
  constructor(clock: Clock, futureMs: number) {
    this.#clock = clock;
    this.#futureMs = futureMs;
  }

  get now(): number {
    return this.#latest === Number.NEGATIVE_INFINITY ? this.#clock() : this.#latest;
  }

  look(): void {
    // Only events move this time on.
  }

  meet(time: number): void {
    if (!(time > this.#latest)) return;
    if (time > this.#mostKnown) this.#mostKnown = this.#clock() + this.#futureMs;
    if (time <= this.#mostKnown) this.#latest = time;
  }
}

const noPrediction: Reception = { rejected: { reason: "missing_field", detail: "the line holds no prediction" } };
const unlabelled: Reception = { skipped: "unlabelled" };

/** One config's stages from bytes to windows: hands out readers for files and counts what they read. */
export class Pipeline {
  readonly tags: Tags;
  readonly #timeline: Timeline;
  readonly #sources: ReadonlyMap<string, { decoder: ReturnType<typeof makeDecoder>; counts: SourceLines }>;
  /** The source and file whose lines are being read: readers are called one at a time. */
  #at: { readonly counts: SourceLines; readonly file: string } | undefined;

  constructor(config: Config, timeline: Timeline, lines: LineCounts, classes: ClassWatch) {
    this.tags = new Tags(config, classes);
    this.#timeline = timeline;
    const sink: EventSink = {
      event: (event) => this.#receive(event),
      rejected: (reason, line, detail) => {
        this.#reject(reason, line, detail);
      },
    };
    this.#sources = new Map(
      config.sources.map(({ source, decode }) => [
        source.name,
        { decoder: makeDecoder(decode, sink), counts: lines.of(source.name) },
      ]),
    );
  }

  /** Makes the reader of a file of one of the config's sources. */
  open(file: OpenedFile, saved: Plain | undefined): LineReader {
    const source = this.#sources.get(file.source);
    if (source === undefined) throw new Error(`no source ${file.source}`);
    const reader = source.decoder.open(file, saved);
    const at = { counts: source.counts, file: file.path };
    return {
      read: (buffer, start, end) => {
        this.#at = at;
        this.#timeline.look();
        reader.read(buffer, start, end);
      },
      skipped: (head) => {
        this.#at = at;
        reader.skipped(head);
      },
      save: () => reader.save(),
      handOn: () => reader.handOn(),
    };
  }

  /** Places an event, and counts its line by what became of it. */
  #receive(event: Event): Reception {
    const reception = this.#place(event);
    const counts = this.#at?.counts;
    if (counts === undefined) return reception;
    if (typeof reception === "string") {
      counts.accepted++;
      if (Number.isNaN(event.time)) counts.untimed++;
    } else if ("skipped" in reception) counts.skip(reception.skipped);
    return reception;
  }

  #place({ labels, predicted, actual, time }: Event): Reception {
    if (predicted === undefined) return noPrediction;
    if (actual === undefined) return unlabelled;
    this.#timeline.meet(time);
    const placed = this.tags.add(labels, actual, predicted, time, this.#timeline.now);
    if (this.#at !== undefined && placed === "late") this.#at.counts.late++;
    if (this.#at !== undefined && placed === "future") this.#at.counts.future++;
    return "counted";
  }

  #reject(reason: RejectReason, line: Buffer, detail: string): void {
    this.#at?.counts.reject(this.#at.file, reason, detail, line, this.#timeline.now);
  }
}
