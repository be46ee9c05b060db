import type { Pipeline } from "../pipeline.ts";
import type { EventTimeline, Timeline } from "../timeline.ts";
import type { SilentModel } from "../window/forgotten-tags.ts";
import type { TagView } from "../window/tags.ts";

/** What is known at an instant: all events up to it are counted, and none after it. */
export interface Instant {
  /** Unix milliseconds, a multiple of the step. */
  readonly time: number;
  /** All tags as of the instant; they are read before the receiver returns. */
  readonly tags: readonly TagView[];
  /** Latest outcomes of declared models whose tags were all removed. */
  readonly silentModels: readonly SilentModel[];
}

/** Instants of a replay: multiples of the step, from the first to the last. */
export interface InstantOptions {
  readonly stepMs: number;
  /** Unix milliseconds; by default, and at the earliest, the time of the first event. */
  readonly from?: number | undefined;
  /** Unix milliseconds; by default the first instant at or after the latest event. */
  readonly to?: number | undefined;
  /** Unix milliseconds past which there is no instant, whatever else is said. */
  readonly notAfter?: number | undefined;
  /** Called at each instant, in order. */
  readonly receive: (instant: Instant) => void;
}

/** Instants that a replay had. */
export interface PastInstants {
  readonly count: number;
  /** Unix milliseconds; undefined where there was none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Instants were left out for `notAfter`. */
  readonly isCut: boolean;
  /** Time of the latest event (Unix ms); undefined where no event has a time. */
  readonly latest: number | undefined;
}

/**
 * Timeline of a replay that stops at instants: before an event is counted, it takes the instants before the event's time,
 * whether or not there are events between them. At each, windows slide, tags without outcomes go and ids expire, as in the
 * daemon at that time.
 */
export class Instants implements Timeline {
  readonly #options: InstantOptions;
  readonly #events: EventTimeline;
  #pipeline: Pick<Pipeline, "tags" | "join"> | undefined;
  #latest: number | undefined;
  /** The next instant (Unix ms). */
  #next = Number.POSITIVE_INFINITY;
  readonly #end: number;
  #count = 0;
  #first: number | undefined;
  #last: number | undefined;
  #isCut = false;

  /** `events` are the events' own times, without instants. */
  constructor(options: InstantOptions, events: EventTimeline) {
    this.#options = options;
    this.#events = events;
    this.#end = Math.min(options.to ?? Number.POSITIVE_INFINITY, options.notAfter ?? Number.POSITIVE_INFINITY);
  }

  get now(): number {
    return this.#events.now;
  }

  get steady(): number {
    return this.#events.steady;
  }

  get behindMs(): number {
    return this.#events.behindMs;
  }

  refresh(): void {
    this.#events.refresh();
  }

  /** Says which pipeline counts the events. */
  follow(pipeline: Pick<Pipeline, "tags" | "join">): void {
    this.#pipeline = pipeline;
  }

  observe(time: number): void {
    if (!(time > (this.#latest ?? Number.NEGATIVE_INFINITY)) || !this.#events.tolerates(time)) return;
    if (this.#latest === undefined) this.#next = this.#atOrAfter(Math.max(time, this.#options.from ?? time));
    this.#advance((instant) => instant < time);
    this.#latest = time;
    this.#events.observe(time);
  }

  /** Takes the instants after the latest event; returns what there was in all. */
  end(): PastInstants {
    if (this.#latest !== undefined) {
      const last = this.#options.to ?? this.#atOrAfter(this.#latest);
      this.#advance((instant) => instant <= last);
    }
    return { count: this.#count, first: this.#first, last: this.#last, isCut: this.#isCut, latest: this.#latest };
  }

  #advance(isDue: (instant: number) => boolean): void {
    for (; isDue(this.#next); this.#next += this.#options.stepMs) {
      if (this.#next > this.#end) {
        this.#isCut ||= this.#end === this.#options.notAfter;
        return;
      }
      this.#take(this.#next);
    }
  }

  #take(time: number): void {
    if (this.#pipeline === undefined) throw new Error("instants follow no pipeline");
    const { tags, join } = this.#pipeline;
    join?.advance(time);
    join?.expire(time);
    tags.evictIdle(time);
    this.#count++;
    this.#first ??= time;
    this.#last = time;
    this.#options.receive({ time, tags: tags.views(time), silentModels: tags.silentModels(time) });
  }

  #atOrAfter(time: number): number {
    return Math.ceil(time / this.#options.stepMs) * this.#options.stepMs;
  }
}
