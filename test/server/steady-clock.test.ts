import { describe, expect, test } from "@jest/globals";
import type { JsonValue } from "../../src/serializable.ts";
import { SteadyClock, type Moment } from "../../src/steady-clock.ts";

const hour = 3_600_000;
const begin = 1_700_000_000_000;

/** A steady clock whose two clocks a test sets. */
class Bed {
  wall: number;
  monotonic = 500;
  readonly told: number[] = [];
  readonly clock: SteadyClock;

  constructor(wall = begin) {
    this.wall = wall;
    this.clock = new SteadyClock(
      () => this.wall,
      () => this.monotonic,
      (step) => this.told.push(step),
    );
  }

  /** Lets time go by, while the wall clock is set by so much. */
  after(ms: number, step = 0): Moment {
    this.monotonic += ms;
    this.wall += ms + step;
    return this.clock.look();
  }

  saved(): JsonValue {
    const value = this.clock.change();
    if (value === undefined) throw new Error("nothing to save");
    return value;
  }
}

describe("the steady clock", () => {
  test.each([
    { what: "a second forward", step: 1000, told: 0, steady: 11_000 },
    { what: "a second back", step: -1000, told: 0, steady: 9000 },
    { what: "a minute and a second forward", step: 61_000, told: 1, steady: 10_000 },
    { what: "25 hours forward", step: 25 * hour, told: 1, steady: 10_000 },
    { what: "ten years back", step: -87_600 * hour, told: 1, steady: 10_000 },
  ])("goes on when the wall clock is set $what, and tells of $told steps", ({ step, told, steady }) => {
    const bed = new Bed();
    expect(bed.after(10_000, step).steady).toBe(begin + steady);
    expect(bed.told).toEqual(told === 1 ? [step] : []);
    expect(bed.clock.steps).toBe(told);
    expect(bed.after(5000).steady).toBe(begin + steady + 5000);
  });

  test("is in doubt of the wall clock for an hour after a step, and takes it that one which went back may be behind", () => {
    const bed = new Bed();
    expect(bed.after(0)).toMatchObject({ isSettled: true, behindMs: 0 });
    expect(bed.after(1000, 25 * hour)).toMatchObject({ isSettled: false, behindMs: 0 });
    expect(bed.after(1000, -25 * hour)).toMatchObject({ isSettled: false, behindMs: 0 });
    expect(bed.after(1000, -24 * hour)).toMatchObject({ isSettled: false, behindMs: 24 * hour });
    expect(bed.after(hour)).toMatchObject({ isSettled: false, behindMs: 24 * hour });
    expect(bed.after(1)).toMatchObject({ isSettled: true, behindMs: 0 });
  });

  test.each([
    { what: "goes on by the wall clock", before: 0, away: 30 * hour, steady: 30 * hour, steps: 0 },
    { what: "goes on from a step before it", before: 25 * hour, away: 2 * hour, steady: 2 * hour, steps: 0 },
    { what: "never goes back", before: 0, away: -24 * hour, steady: 0, steps: 1 },
  ])("$what over a restart", ({ before, away, steady, steps }) => {
    const bed = new Bed();
    bed.after(0, before);
    const saved = bed.saved();
    const next = new Bed(bed.wall + away);
    next.clock.restore(saved);
    expect(next.after(0).steady).toBe(begin + steady);
    expect(next.clock.steps).toBe(steps);
    expect(next.after(1000).steady).toBe(begin + steady + 1000);
  });

  test("is saved once a minute, and after each step", () => {
    const bed = new Bed();
    expect(bed.clock.change()).toBeDefined();
    bed.after(59_000);
    expect(bed.clock.change()).toBeUndefined();
    bed.after(1000);
    expect(bed.clock.change()).toBeDefined();
    bed.after(1000, hour);
    expect(bed.clock.change()).toBeDefined();
  });
});
