import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { JsonValue } from "../../src/serializable.ts";
import type { WindowSpec } from "../../src/window/options.ts";
import type { Window } from "../../src/window/window.ts";
import { makeWindow } from "../../src/window/window-kinds.ts";
import { addTo, measures, outcomeOf } from "./outcomes.ts";

interface Step {
  readonly cell: number;
  /** The outcome's time, relative to now (ms). */
  readonly offset: number;
  /** How far the clock goes on before it (ms). */
  readonly wait: number;
}

interface Outcome {
  readonly cell: number;
  readonly time: number;
}

const futureMs = 500;
const begin = 1_700_000_000_000;

/** The window's contents by the definition, counted anew from everything that was ever added. */
type Recount = (spec: WindowSpec, accepted: readonly Outcome[], now: number) => Outcome[];

const recountTime: Recount = (spec, accepted, now) => {
  if (spec.kind !== "time") return [];
  const pane = spec.ms / spec.panes;
  const { olderMs = 0 } = spec;
  const newest = Math.floor((now - olderMs) / pane);
  return accepted.filter(({ time }) => {
    const own = Math.floor(time / pane);
    return own >= newest - spec.panes && (olderMs === 0 || own < newest);
  });
};
const recountLast: Recount = (spec, accepted) => (spec.kind === "last" ? accepted.slice(-spec.size) : []);

const kinds: readonly { name: string; recount: Recount; spec: fc.Arbitrary<WindowSpec> }[] = [
  {
    name: "time",
    recount: recountTime,
    spec: fc
      .record({ paneMs: fc.integer({ min: 1, max: 400 }), panes: fc.integer({ min: 1, max: 80 }) })
      .map(({ paneMs, panes }) => ({ kind: "time", label: "w", ms: paneMs * panes, panes })),
  },
  {
    name: "matured",
    recount: recountTime,
    spec: fc
      .record({
        paneMs: fc.integer({ min: 1, max: 400 }),
        panes: fc.integer({ min: 1, max: 80 }),
        olderMs: fc.integer({ min: 1, max: 5000 }),
      })
      .map(({ paneMs, panes, olderMs }) => ({ kind: "time", label: "w", ms: paneMs * panes, panes, olderMs })),
  },
  {
    name: "last",
    recount: recountLast,
    spec: fc.integer({ min: 1, max: 700 }).map((size) => ({ kind: "last", label: "w", size })),
  },
];

const steps = fc.array(
  fc.record<Step>({
    cell: fc.integer({ min: 0, max: 12 }),
    offset: fc.oneof(fc.constant(0), fc.integer({ min: -3000, max: futureMs })),
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 9000 })),
  }),
  { maxLength: 400 },
);

function withoutWait(spec: WindowSpec): WindowSpec {
  return spec.kind === "time" ? { ...spec, olderMs: 0 } : spec;
}

function counted(outcomes: readonly Outcome[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { cell } of outcomes) counts[cell] = (counts[cell] ?? 0) + 1;
  return counts;
}

function held(window: Window): Record<number, number> {
  const pairs = window.totals.counts.pairs();
  const counts: Record<number, number> = {};
  for (let at = 0; at < pairs.length; at += 2) counts[pairs[at] ?? -1] = pairs[at + 1] ?? 0;
  return counts;
}

function copy(window: Window, spec: WindowSpec, kept: Map<number, JsonValue>): Window {
  for (const [part, value] of window.changes()) {
    if (value === undefined) kept.delete(part);
    else kept.set(part, JSON.parse(JSON.stringify(value)) as JsonValue);
  }
  const restored = makeWindow(spec, futureMs, measures);
  for (const [part, value] of kept) expect(restored.restore(part, value)).toBe(true);
  return restored;
}

describe.each(kinds)("a window of kind $name", ({ spec: specs, recount }) => {
  test("a window holds what a naive recount finds, with late, out-of-order and future outcomes", () => {
    fc.assert(
      fc.property(specs, steps, (spec, stream) => {
        const window = makeWindow(spec, futureMs, measures);
        const accepted: Outcome[] = [];
        let now = begin;
        for (const { cell, offset, wait } of stream) {
          now += wait;
          const outcome = { cell, time: now + offset };
          const { olderMs = 0 } = spec.kind === "time" ? spec : {};
          // What is too young to count waits until it is as old.
          const fits = spec.kind === "last" || recount(withoutWait(spec), [outcome], now - olderMs).length === 1;
          expect(addTo(window, outcomeOf(cell), outcome.time, now)).toBe(fits);
          if (fits) accepted.push(outcome);
          window.slide(now);
          expect(held(window)).toEqual(counted(recount(spec, accepted, now)));
        }
      }),
    );
  });

  test("a window is the same after it was written down and read back, at any moment, time and again", () => {
    fc.assert(
      fc.property(specs, steps, fc.infiniteStream(fc.boolean()), (spec, stream, restarts) => {
        let restarted = makeWindow(spec, futureMs, measures);
        const straight = makeWindow(spec, futureMs, measures);
        const kept = new Map<number, JsonValue>();
        let now = begin;
        for (const { cell, offset, wait } of stream) {
          now += wait;
          expect(addTo(restarted, outcomeOf(cell), now + offset, now)).toBe(
            addTo(straight, outcomeOf(cell), now + offset, now),
          );
          if (restarts.next().value === true) restarted = copy(restarted, spec, kept);
          restarted.slide(now);
          straight.slide(now);
          expect(held(restarted)).toEqual(held(straight));
        }
      }),
    );
  });

  test("a window removes every part that it gave, once a tag is forgotten", () => {
    fc.assert(
      fc.property(specs, steps, (spec, stream) => {
        const window = makeWindow(spec, futureMs, measures);
        const kept = new Map<number, JsonValue>();
        let now = begin;
        for (const { cell, offset, wait } of stream) {
          now += wait;
          addTo(window, outcomeOf(cell), now + offset, now);
          copy(window, spec, kept);
        }
        for (const part of window.parts()) kept.delete(part);
        expect([...kept.keys()]).toEqual([]);
      }),
    );
  });

  test("a window keeps its counts under new cell numbers", () => {
    fc.assert(
      fc.property(specs, steps, (spec, stream) => {
        const window = makeWindow(spec, futureMs, measures);
        const straight = makeWindow(spec, futureMs, measures);
        const numbers = Array.from({ length: 13 }, (_cell, number) => 12 - number);
        let now = begin;
        stream.forEach(({ cell, offset, wait }, index) => {
          now += wait;
          const half = index < stream.length / 2;
          if (index === Math.ceil(stream.length / 2)) window.renumber(numbers);
          addTo(window, outcomeOf(half ? cell : 12 - cell), now + offset, now);
          addTo(straight, outcomeOf(half ? 12 - cell : 12 - cell), now + offset, now);
        });
        if (stream.length < 2) return;
        window.slide(now);
        straight.slide(now);
        expect(held(window)).toEqual(held(straight));
      }),
    );
  });
});

describe("a time window", () => {
  const spec: WindowSpec = { kind: "time", label: "1m", ms: 60_000, panes: 60 };

  test("a time window covers between its length and one pane more", () => {
    const window = makeWindow(spec, 0, measures);
    addTo(window, outcomeOf(0), begin, begin);
    window.slide(begin + 60_999);
    expect(held(window)).toEqual({ 0: 1 });
    window.slide(begin + 61_000);
    expect(held(window)).toEqual({});
  });

  test("a time window goes on when the clock is set back, and counts nothing twice", () => {
    const window = makeWindow(spec, 0, measures);
    addTo(window, outcomeOf(0), begin, begin);
    addTo(window, outcomeOf(1), begin - 3_600_000, begin - 3_600_000);
    expect(held(window)).toEqual({ 0: 1, 1: 1 });
    window.slide(begin + 30_000);
    expect(held(window)).toEqual({ 0: 1 });
    window.slide(begin + 120_000);
    expect(held(window)).toEqual({});
  });

  test("a time window holds again what it lost by a clock that was ahead, once that is right, over a restart too", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 1e9 }), (stream, panes, ahead) => {
        const cut: WindowSpec = { kind: "time", label: "w", ms: 50 * panes, panes };
        let window = makeWindow(cut, futureMs, measures);
        const accepted: Outcome[] = [];
        const kept = new Map<number, JsonValue>();
        let now = begin;
        for (const { cell, offset, wait } of stream) {
          now += wait;
          if (addTo(window, outcomeOf(cell), now + offset, now)) accepted.push({ cell, time: now + offset });
        }
        window.slide(now);
        const before = held(window);
        // What comes meanwhile is dated by a clock that is right, or by this one.
        const wrong = Math.floor((now + ahead) / 50) * 50;
        addTo(window, outcomeOf(20), wrong, wrong);
        window.slide(wrong);
        window = copy(window, cut, kept);
        window.slide(wrong);
        const last = accepted.at(-1);
        if (last !== undefined) addTo(window, outcomeOf(21), last.time, wrong);
        window.slide(now);
        const after = held(window);
        delete after[20];
        const isHeld = last !== undefined && recountTime(cut, [last], now).length === 1;
        expect(after).toEqual({ ...before, ...(isHeld && { 21: 1 }) });
      }),
    );
  });

  test("a time window keeps all that it held when less of the future, or more of it, is tolerated than before", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ cell: fc.integer({ min: 0, max: 3 }), offset: fc.integer({ min: -3000, max: 20_000 }) })),
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom(0, 500, 5000, 19_000, 20_000, 90_000),
        (outcomes, panes, toleratedNow) => {
          const cut: WindowSpec = { kind: "time", label: "w", ms: 50 * panes, panes };
          const before = makeWindow(cut, 20_000, measures);
          for (const { cell, offset } of outcomes) addTo(before, outcomeOf(cell), begin + offset, begin);
          const after = makeWindow(cut, toleratedNow, measures);
          for (const [part, value] of before.changes()) {
            if (value !== undefined) expect(after.restore(part, value)).toBe(true);
          }
          for (const now of [begin, begin + 1000, begin + 15_000, begin + 40_000]) {
            before.slide(now);
            after.slide(now);
            expect(held(after)).toEqual(held(before));
          }
        },
      ),
    );
  });

  test("a time window does not take panes of another length for its own", () => {
    const window = makeWindow(spec, 0, measures);
    addTo(window, outcomeOf(0), begin, begin);
    const [[part, value] = [0, undefined]] = window.changes();
    const other = makeWindow({ ...spec, panes: 30 }, 0, measures);
    expect(other.restore(part, value ?? null)).toBe(false);
    expect(held(other)).toEqual({});
  });
});
