import { describe, expect, test } from "@jest/globals";
import type { Event } from "../../src/decode/event.ts";
import { Merge, type MergeOptions, type Receive, type Stream } from "../../src/merge/merge.ts";
import fc from "../support/property.ts";

const future = 1000;

function event(id: string, time: number): Event {
  return { labels: ["m"], predicted: "a", score: Number.NaN, actual: "b", id, time };
}

/** A merge of logs that are lists of times, of which each chunk is read when the merge asks for it. */
class Bed {
  readonly merge: Merge;
  readonly order: string[] = [];
  /** The most events that were held back after a chunk. */
  mostHeld = 0;

  constructor(options: Partial<MergeOptions> = {}) {
    this.merge = new Merge({ latenessMs: 10, maxHeld: 1000, isTolerated: (time) => time <= future, ...options });
  }

  /** Reads all logs, in the chunks that `sizes` gives in turn; an event is called by its log and its line. */
  read(
    logs: readonly (readonly number[])[],
    sizes: readonly number[],
    starts: readonly (number | undefined)[] = [],
  ): void {
    const readings = new Map<Stream, { put: Receive; log: number; at: number }>();
    logs.forEach((_times, log) => {
      const stream = this.merge.stream(starts[log]);
      const put = stream.lane(log)(({ id = "" }) => this.order.push(id));
      readings.set(stream, { put, log, at: 0 });
    });
    let turn = 0;
    for (let stream = this.merge.next; stream !== undefined; stream = this.merge.next) {
      const reading = readings.get(stream);
      if (reading === undefined) throw new Error("no such stream");
      const times = logs[reading.log] ?? [];
      const end = reading.at + (sizes[turn++ % sizes.length] ?? 1);
      for (; reading.at < Math.min(end, times.length); reading.at++) {
        reading.put(event(`${reading.log}:${reading.at}`, times[reading.at] ?? Number.NaN));
      }
      if (reading.at < times.length) stream.advance();
      else stream.end();
      this.mostHeld = Math.max(this.mostHeld, this.merge.held);
    }
  }
}

/** What the order must be: of places, then of logs, then of lines. */
function expectedOrder(logs: readonly (readonly number[])[], latenessMs: number): string[] {
  return logs
    .flatMap((times, log) => {
      let latest = Number.NEGATIVE_INFINITY;
      return times.map((time, line) => {
        if (time > latest && time <= future) latest = time;
        const isPlaced = time <= future && time >= latest - latenessMs;
        return { id: `${log}:${line}`, place: isPlaced ? time : latest, log, line };
      });
    })
    .sort((a, b) => (a.place === b.place ? a.log - b.log || a.line - b.line : a.place < b.place ? -1 : 1))
    .map(({ id }) => id);
}

describe("events of several streams come out in the order of their times", () => {
  test("however the streams are read, equal times by stream and line, and those without a time or from the future behind the one before them", () => {
    const time = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.constantFrom(Number.NaN, 5000));
    // A log goes on, with some disorder, and a few lines that are far behind.
    const log = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), time), { maxLength: 40 }).map((steps) => {
      let now = 0;
      return steps.map(([step, back]) => {
        now += step;
        return back > 1000 ? back : now - (back > 30 ? 0 : back % 16);
      });
    });
    const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(log, { minLength: 1, maxLength: 4 }),
        chunks,
        fc.constantFrom(0, 5, 10),
        (logs, sizes, late) => {
          const bed = new Bed({ latenessMs: late });
          bed.read(logs, sizes);
          expect(bed.order).toEqual(expectedOrder(logs, late));
          expect(bed.merge.held).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("and a stream of which the first time is known is not read before its turn", () => {
    const days = Array.from({ length: 20 }, (_day, day) => Array.from({ length: 30 }, (_event, at) => day * 40 + at));
    const bed = new Bed({ latenessMs: 5 });
    bed.read(
      days,
      [7],
      days.map(([first]) => first),
    );
    expect(bed.order).toEqual(expectedOrder(days, 5));
    expect(bed.mostHeld).toBeLessThanOrEqual(7 + 5);
  });

  test("an event further behind than the lateness stands where it was read, and is counted", () => {
    const bed = new Bed({ latenessMs: 10 });
    bed.read([[0, 50, 39, 40, 60], [45]], [1]);
    expect(bed.order).toEqual(["0:0", "0:3", "1:0", "0:1", "0:2", "0:4"]);
    expect(bed.merge.displaced).toEqual({ late: 1, crowded: 0 });
  });
});

describe("a stream holds back no more events than its limit", () => {
  const together = Array.from({ length: 500 }, () => 100);

  test("and those of one time go on in the order of streams, however many they are", () => {
    const bed = new Bed({ maxHeld: 20 });
    bed.read([together, together], [5]);
    expect(bed.order).toEqual(expectedOrder([together, together], 10));
    expect(bed.mostHeld).toBeLessThanOrEqual(2 * (20 + 5));
    expect(bed.merge.displaced).toEqual({ late: 0, crowded: 0 });
  });

  test("past it the older half goes on: streams that are in order stay in order", () => {
    const fast = Array.from({ length: 600 }, (_event, at) => at);
    const bed = new Bed({ latenessMs: 500, maxHeld: 20 });
    bed.read([fast, fast, fast], [5]);
    expect(bed.order).toEqual(expectedOrder([fast, fast, fast], 500));
    expect(bed.mostHeld).toBeLessThanOrEqual(3 * (20 + 5));
    expect(bed.merge.displaced).toEqual({ late: 0, crowded: 0 });
  });

  test("and an event that comes behind those stands where it was read, and is counted apart from one that is late", () => {
    const fast = Array.from({ length: 60 }, (_event, at) => 400 + at);
    const bed = new Bed({ latenessMs: 500, maxHeld: 20 });
    bed.read([[...fast, 401, 460]], [5]);
    expect(bed.order.slice(-2)).toEqual(["0:60", "0:61"]);
    expect(bed.order).toHaveLength(62);
    expect(bed.merge.displaced).toEqual({ late: 0, crowded: 1 });
  });
});

test("several readers of one stream, each with its own events of the same lines, come out as if each were a stream", () => {
  const merge = new Merge({ latenessMs: 10, maxHeld: 1000, isTolerated: () => true });
  const order: string[] = [];
  const both = merge.stream(undefined);
  const lanes = [1, 0].map((rank) => both.lane(rank)(({ id = "" }) => order.push(id)));
  for (let chunk = 0; chunk < 5; chunk++) {
    // One after the other each reads the same stretch, which is longer than the lateness.
    for (const [lane, put] of lanes.entries()) {
      for (let at = 0; at < 100; at++)
        if (at % 2 === lane || at === 50) put(event(`${chunk}:${at}:${lane}`, chunk * 100 + at));
    }
    both.advance();
  }
  both.end();
  const expected = Array.from({ length: 500 }, (_event, time) => {
    const name = `${Math.floor(time / 100)}:${time % 100}`;
    return time % 100 === 50 ? [`${name}:1`, `${name}:0`] : [`${name}:${time % 2}`];
  });
  expect(order).toEqual(expected.flat());
  expect(merge.displaced).toEqual({ late: 0, crowded: 0 });
});
