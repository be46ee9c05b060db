import type { Event } from "../decode/event.ts";
import { Heap } from "../heap.ts";

/** Receiver of events. */
export type Receive = (event: Event) => void;

/** Way of events to their receiver: returns what takes them. */
export type Passage = (receive: Receive) => Receive;

/** Options of a merge. */
export interface MergeOptions {
  /** How far an event may be behind the latest one before it in its stream (ms). */
  readonly latenessMs: number;
  /** Events that a stream holds back at most; past it the older half goes on. */
  readonly maxHeld: number;
  /** Tells whether a time (Unix ms) may be; others are taken for no time. */
  readonly isTolerated: (time: number) => boolean;
}

/** Events that could not be put in the order of their times, and stand where they were read. */
export interface Displaced {
  /** Further behind than the lateness. */
  late: number;
  /** Within the lateness, but behind one that went on early, since its stream held too many. */
  crowded: number;
}

/** Event that is held back. */
interface Held {
  /** The time by which it is ordered: its own, or that of the event behind which it stands. */
  readonly place: number;
  readonly sequence: number;
  readonly lane: Lane;
  readonly event: Event;
}

/**
 * Merges streams of events by their times, equal ones by the rank of their stream, then by their order in it. An event is
 * held back until no stream can give an earlier one.
 */
export class Merge {
  readonly displaced: Displaced = { late: 0, crowded: 0 };
  readonly options: MergeOptions;
  readonly #streams: Stream[] = [];
  readonly #held = new Heap<Held>(
    (one, other) =>
      one.place < other.place ||
      (one.place === other.place &&
        (one.lane.rank < other.lane.rank || (one.lane.rank === other.lane.rank && one.sequence < other.sequence))),
  );
  #sequence = 0;

  constructor(options: MergeOptions) {
    this.options = options;
  }

  /** Number of events that are held back. */
  get held(): number {
    return this.#held.items.length;
  }

  /** Adds a stream whose first event has the time `start`; undefined when that is not known. */
  stream(start: number | undefined): Stream {
    const stream = new Stream(this, start ?? Number.NEGATIVE_INFINITY);
    this.#streams.push(stream);
    return stream;
  }

  /** The stream to read on, which is the one furthest behind; undefined once all are over. */
  get next(): Stream | undefined {
    let lowest: Stream | undefined;
    for (const stream of this.#streams) {
      if (stream.isOver) continue;
      if (lowest === undefined || isBelow(stream, lowest)) lowest = stream;
    }
    return lowest;
  }

  /** Holds an event back. */
  hold(lane: Lane, event: Event, place: number): void {
    lane.stream.held++;
    // The caller uses the event and its labels again.
    this.#held.push({ place, sequence: this.#sequence++, lane, event: { ...event, labels: [...event.labels] } });
  }

  /** Hands on the events that no stream can precede any more. */
  drain(): void {
    const next = this.next;
    for (let held = this.#held.first; held !== undefined; held = this.#held.first) {
      if (next !== undefined && (held.place > next.floor || (held.place === next.floor && held.lane.rank > next.rank)))
        return;
      this.#held.pop();
      held.lane.stream.held--;
      held.lane.receive(held.event);
    }
  }

  /** The median of the places of a stream's events. */
  medianPlace(stream: Stream): number {
    const places = Float64Array.from(
      this.#held.items.filter(({ lane }) => lane.stream === stream),
      ({ place }) => place,
    ).sort();
    return places[places.length >> 1] ?? stream.floor;
  }
}

/** One of the streams that are merged. */
export class Stream {
  /** Events that are held back. */
  held = 0;
  /** No event to come has a place below it. */
  floor: number;
  /** The lowest rank of its lanes. */
  rank = Number.POSITIVE_INFINITY;
  isOver = false;
  readonly #merge: Merge;
  readonly #start: number;
  readonly #lanes: Lane[] = [];

  constructor(merge: Merge, start: number) {
    this.#merge = merge;
    this.#start = start;
    this.floor = start - merge.options.latenessMs;
  }

  /** Adds a lane of this rank: the way of the events of one of several readers of the same lines. */
  lane(rank: number): Passage {
    const lane = new Lane(this, rank, this.#start);
    this.#lanes.push(lane);
    this.rank = Math.min(this.rank, rank);
    return (receive) => {
      lane.receive = receive;
      return (event) => {
        lane.put(event, this.#merge);
      };
    };
  }

  /** Says that the lines so far were read by all lanes. */
  advance(): void {
    const { latenessMs, maxHeld } = this.#merge.options;
    const latest = this.#lanes.reduce((most, lane) => Math.max(most, lane.latest), Number.NEGATIVE_INFINITY);
    this.floor = Math.max(this.floor, latest - latenessMs);
    this.#merge.drain();
    if (this.held <= maxHeld) return;
    this.floor = Math.max(this.floor, this.#merge.medianPlace(this));
    this.#merge.drain();
  }

  /** Says that the stream is over. */
  end(): void {
    this.isOver = true;
    this.#merge.drain();
  }
}

/** Events of one reader of a stream. */
class Lane {
  readonly stream: Stream;
  readonly rank: number;
  latest: number;
  receive: Receive = () => undefined;

  constructor(stream: Stream, rank: number, start: number) {
    this.stream = stream;
    this.rank = rank;
    this.latest = start;
  }

  /** Takes an event; the caller may use the object again. */
  put(event: Event, merge: Merge): void {
    const { time } = event;
    const { displaced, options } = merge;
    if (time > this.latest && options.isTolerated(time)) this.latest = time;
    let place = time;
    // Where it was read: behind the latest.
    if (!(time <= this.latest)) place = this.latest;
    else if (time < this.latest - options.latenessMs) {
      displaced.late++;
      place = this.latest;
    } else if (time < this.stream.floor) {
      displaced.crowded++;
      place = this.latest;
    }
    merge.hold(this, event, Math.max(place, this.stream.floor));
  }
}

function isBelow(one: Stream, other: Stream): boolean {
  return one.floor < other.floor || (one.floor === other.floor && one.rank < other.rank);
}
