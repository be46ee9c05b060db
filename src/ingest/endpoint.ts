import { faultPoint } from "../fault-points.ts";
import type { RejectReason } from "../decode/event.ts";
import { isRecord, savedPart, type Entry, type EntryKey, type JsonValue } from "../serializable.ts";
import { shortHash } from "./cloud-event.ts";
import type { IngestStats } from "./ingest-stats.ts";
import { KnownKeys } from "./known-keys.ts";
import type { IngestOptions } from "./options.ts";
import type { Posted, PostedLine } from "./posted.ts";
import { Refused, refusedFor } from "./refusal.ts";

/** Rejected events that an answer names. */
const mostNamed = 100;

/** Why an event is not taken. */
export interface Fault {
  readonly reason: RejectReason;
  readonly detail: string;
}

/** Takes lines into the windows, and tells before what is wrong with them. */
export interface LineTaker {
  /** Tells what a line would give, without any effect: its fault, if it has one, and how many events. */
  trial(bytes: Buffer, start: number, end: number): { readonly fault: Fault | undefined; readonly events: number };
  /** Takes a line; tells whether it counted. */
  take(lineNumber: number, bytes: Buffer, start: number, end: number): boolean;
  /** Counts the rejection of a line. */
  reject(lineNumber: number, fault: Fault, line: Buffer): void;
}

/** An answer of success, with whether it was given before. */
export interface Taken {
  readonly status: number;
  /** The numbers of events by what became of them, and the first of those that were rejected. */
  readonly answer: JsonValue;
  readonly isReplayed: boolean;
}

/** What an endpoint takes events with. */
export interface EndpointParts {
  readonly options: IngestOptions;
  readonly taker: LineTaker;
  /** Ids that may still come before one that waits is forgotten. */
  readonly roomForIds: () => number;
  readonly stats: IngestStats;
  readonly clock: () => number;
  /** The time by which keys grow old (Unix ms). */
  readonly steady: () => number;
}

/** Request with its key, under which its answer is kept. */
export interface Keyed {
  /** Hash of the Idempotency-Key; undefined without one. */
  readonly key: string | undefined;
  readonly isPartial: boolean;
  readonly success: 200 | 202;
}

/** Takes the events of bodies, all of a body or none, and each once: in one turn, so that a commit holds both. */
export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #requests = new KnownKeys("request", atRest);
  readonly #events = new KnownKeys("event");

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /**
   * Takes a body, whose bytes as they were sent are `body`; repeats the answer to a key that was given before. Throws a
   * `Refused` where nothing is taken.
   */
  take(posted: (most: number) => Posted, body: Buffer, { key, isPartial, success }: Keyed): Taken {
    const digest = key === undefined ? "" : shortHash(Buffer.concat([Buffer.from(isPartial ? "1" : "0"), body]));
    const known = key === undefined ? undefined : this.#requests.get(key);
    if (known !== undefined) {
      if (savedPart(known, "body") !== digest) {
        throw new Refused(422, "this Idempotency-Key came with another body before; give each body a key of its own");
      }
      const [status, answer] = [savedPart(known, "status"), savedPart(known, "answer")];
      return { status: Number(status), answer: answer ?? null, isReplayed: true };
    }
    const { bytes, lines } = posted(this.#parts.options.maxEvents);
    const answer = this.#takeLines(bytes, lines, { key, isPartial });
    faultPoint("posted");
    if (key !== undefined) this.#requests.add(key, { body: digest, status: success, answer }, this.#parts.steady());
    faultPoint("keyed");
    return { status: success, answer, isReplayed: false };
  }

  /** Changed entries since the last call. */
  changes(): Entry[] {
    const now = this.#parts.steady();
    this.#requests.expire(now);
    this.#events.expire(now);
    return [...this.#requests.changes(), ...this.#events.changes()];
  }

  /** Restores saved entries. */
  restore(entries: Iterable<readonly [EntryKey, JsonValue]>): void {
    const all = [...entries];
    this.#requests.restore(all);
    this.#events.restore(all);
  }

  #takeLines(bytes: Buffer, lines: readonly PostedLine[], { key, isPartial }: Omit<Keyed, "success">): JsonValue {
    const { taker, stats, clock, steady } = this.#parts;
    // A key of the whole request stands for those of its events.
    const keyOf = (line: PostedLine): string | undefined => (key === undefined ? line.key : undefined);
    const { wanted, duplicates, requests } = this.#sift(lines, keyOf);
    const faults = this.#faultsOf(bytes, wanted);
    if (faults.size > 0 && !isPartial) {
      for (const [line, fault] of faults) taker.reject(line.number, fault, bytes.subarray(line.start, line.end));
      stats.events.rejected += faults.size;
      throw new Refused(400, badEvents, {}, { accepted: 0, duplicates: 0, rejected: named(faults) });
    }
    let accepted = 0;
    let skipped = requests;
    for (const line of wanted) {
      const isCounted = taker.take(line.number, bytes, line.start, line.end);
      if (faults.has(line)) continue;
      if (isCounted) accepted++;
      else skipped++;
      const own = keyOf(line);
      if (own !== undefined) this.#events.add(own, null, steady());
    }
    stats.events.accepted += accepted;
    stats.events.duplicate += duplicates;
    stats.events.skipped += skipped;
    stats.events.rejected += faults.size;
    stats.bytes += bytes.length;
    stats.lastSeconds = clock() / 1000;
    return { accepted, duplicates, ...(skipped > 0 && { skipped }), rejected: named(faults) };
  }

  /** Leaves out events that came before, and those that hold no prediction. */
  #sift(
    lines: readonly PostedLine[],
    keyOf: (line: PostedLine) => string | undefined,
  ): { wanted: readonly PostedLine[]; duplicates: number; requests: number } {
    let duplicates = 0;
    let requests = 0;
    const seen = new Set<string>();
    const wanted = lines.filter((line) => {
      if (line.isRequest === true) {
        requests++;
        return false;
      }
      const key = keyOf(line);
      if (key === undefined) return true;
      const isKnown = seen.has(key) || this.#events.get(key) !== undefined;
      seen.add(key);
      if (isKnown) duplicates++;
      return !isKnown;
    });
    return { wanted, duplicates, requests };
  }

  #faultsOf(bytes: Buffer, lines: readonly PostedLine[]): ReadonlyMap<PostedLine, Fault> {
    const { taker, options, roomForIds } = this.#parts;
    const faults = new Map<PostedLine, Fault>();
    let ids = 0;
    for (const line of lines) {
      const { fault, events } = taker.trial(bytes, line.start, line.end);
      if (fault !== undefined) faults.set(line, fault);
      else ids += events;
    }
    if (options.whenFull === "refuse" && ids > roomForIds()) {
      throw refusedFor(429, 60, "as many ids wait for their other half as may (join.maxIds, http.whenFull)");
    }
    return faults;
  }
}

const badEvents =
  "nothing is taken, since events cannot be read; mend them, or post with ?partial=1 to take the others";

/** The first of the events that cannot be taken. */
function named(faults: ReadonlyMap<PostedLine, Fault>): JsonValue[] {
  return [...faults].slice(0, mostNamed).map(([{ number }, { reason, detail }]) => ({ line: number, reason, detail }));
}

/** What is kept of an answer in the state, where no values of events lie. */
function atRest(known: JsonValue): JsonValue {
  const answer = savedPart(known, "answer");
  const rejected = savedPart(answer, "rejected");
  if (!isRecord(known) || !isRecord(answer) || !Array.isArray(rejected) || rejected.length === 0) return known;
  const bare = rejected.map((event: JsonValue): JsonValue => {
    return { line: savedPart(event, "line") ?? null, reason: savedPart(event, "reason") ?? null };
  });
  return { ...known, answer: { ...answer, rejected: bare } };
}
