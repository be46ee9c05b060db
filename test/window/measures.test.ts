import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import type { Outcome } from "../../src/window/measure.ts";
import { NumberedSums } from "../../src/window/numbered-sums.ts";
import { Additions } from "../../src/window/measure.ts";
import type { WindowOptions, WindowSpec } from "../../src/window/options.ts";
import { PaneSlab } from "../../src/window/pane-slab.ts";
import { Tags } from "../../src/window/tags.ts";
import { makeWindow } from "../../src/window/window-kinds.ts";
import type { Window } from "../../src/window/window.ts";
import { addTo, fractions, measures, outcomeOf } from "./outcomes.ts";

const minute = 60_000;
const begin = 1_700_000_000_000;

/** Values from far apart: a sum of doubles would lose the small ones, and keep the error of large ones that have left. */
const value = fc.oneof(
  fc.constantFrom(1e-12, -1e-12, 1e12, -1e12, 0, 0.1, 1 / 3, 2 ** -40, 2 ** 40 - 2 ** -12),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
);

/** The limbs and sums of these outcomes, made anew in this order. */
function recount(outcomes: readonly Outcome[]): { limbs: number[]; sums: number[] } {
  const totals = new NumberedSums();
  const additions = new Additions();
  for (const outcome of outcomes) {
    measures.measure(outcome, additions);
    totals.add(additions, 1);
  }
  return { limbs: totals.limbs.pairs(), sums: [totals.sum(0), totals.sum(1)] };
}

function held({ totals }: Window): ReturnType<typeof recount> {
  return { limbs: totals.limbs.pairs(), sums: [totals.sum(0), totals.sum(1)] };
}

describe("exact sums", () => {
  test("exact sums are, rounded once, what whole numbers of 2^-40 add up to", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 50 }), (values) => {
        const units = values.reduce((sum, x) => {
          const scaled = x * 2 ** 40;
          return sum + BigInt(Math.abs(scaled) < 2 ** 52 ? Math.round(scaled) : Math.trunc(scaled));
        }, 0n);
        expect(recount(values.map((x) => outcomeOf(0, x))).sums[0]).toBe(Number(units) / 2 ** 40);
      }),
      { seed: 1 },
    );
  });

  test("exact sums are the same bits in any order, and after anything was added and taken out again", () => {
    const lists = fc
      .array(value, { minLength: 1, maxLength: 60 })
      .chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })));
    fc.assert(
      fc.property(lists, fc.array(value), ([values, shuffled], others) => {
        const totals = new NumberedSums();
        const additions = new Additions();
        const each = (list: readonly number[], sign: 1 | -1): void => {
          for (const x of list) {
            measures.measure(outcomeOf(0, x), additions);
            totals.add(additions, sign);
          }
        };
        each(others, 1);
        each(shuffled, 1);
        each(others, -1);
        expect(totals.limbs.pairs()).toEqual(recount(values.map((x) => outcomeOf(0, x))).limbs);
      }),
      { seed: 2 },
    );
  });

  test("exact sums lose nothing of a window of ordinary values after an outlier has passed it", () => {
    const window = makeWindow({ kind: "last", label: "w", size: 1000 }, 0, measures);
    for (const x of [1e12, ...Array.from({ length: 1000 }, () => 0.1)]) addTo(window, outcomeOf(0, x), begin, begin);
    expect(window.totals.sum(0)).toBeCloseTo(100, 9);
    expect(held(window)).toEqual(recount(Array.from({ length: 1000 }, () => outcomeOf(0, 0.1))));
  });

  test.each([2 ** 40, -(2 ** 40), Infinity])("a sum refuses %d, which has no place", (x) => {
    expect(() => recount([outcomeOf(0, x)])).toThrow("no place in a sum");
  });
});

interface Step {
  readonly value: number;
  readonly cell: number;
  readonly wait: number;
  readonly offset: number;
  /** How many outcomes back one is mended; 0 is none. */
  readonly mend: number;
  readonly isRestart: boolean;
}

const steps = fc.array(
  fc.record<Step>({
    value: fc.oneof({ arbitrary: value, weight: 5 }, { arbitrary: fc.constant(Number.NaN), weight: 1 }),
    cell: fc.nat(5),
    wait: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(9000)),
    offset: fc.oneof(fc.constant(0), fc.integer({ min: -3000, max: 500 })),
    mend: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, fc.integer({ min: 1, max: 30 })),
    isRestart: fc.boolean(),
  }),
  { maxLength: 150 },
);

const specs: readonly WindowSpec[] = [
  { kind: "time", label: "w", ms: 4000, panes: 20 },
  { kind: "last", label: "w", size: 17 },
  { kind: "last", label: "w", size: 600 },
];

function restarted(window: Window, spec: WindowSpec, kept: Map<number, JsonValue>): Window {
  for (const [part, saved] of window.changes()) {
    if (saved === undefined) kept.delete(part);
    else kept.set(part, JSON.parse(JSON.stringify(saved)) as JsonValue);
  }
  const again = makeWindow(spec, 500, measures);
  for (const [part, saved] of kept) expect(again.restore(part, saved)).toBe(true);
  return again;
}

describe.each(specs)("a window of $kind $size", (spec) => {
  test("a window holds, bit for bit, what is left after any order of adding, sliding, mending and restarting", () => {
    fc.assert(
      fc.property(steps, (stream) => {
        let window = makeWindow(spec, 500, measures);
        let inside: { outcome: Outcome; time: number }[] = [];
        const added: { outcome: Outcome; time: number }[] = [];
        const kept = new Map<number, JsonValue>();
        let now = begin;
        const slide = (): void => {
          window.slide(now);
          const oldest = (Math.floor(now / 200) - 20) * 200;
          inside = spec.kind === "last" ? inside.slice(-spec.size) : inside.filter(({ time }) => time >= oldest);
        };
        for (const [index, step] of stream.entries()) {
          now += step.wait;
          slide();
          const one = { outcome: outcomeOf(step.cell, step.value, index + 1), time: now + step.offset };
          if (addTo(window, one.outcome, one.time, now)) inside.push(one);
          added.push(one);
          slide();
          const wrong = step.mend === 0 ? undefined : added.at(-step.mend);
          if (wrong !== undefined) {
            const place = inside.indexOf(wrong);
            const right = outcomeOf((wrong.outcome.cell + 1) % 6, step.value, wrong.outcome.keyLow);
            const mended = { outcome: right, time: wrong.time };
            expect(window.mend(wrong.outcome, right, wrong.time)).toBe(place >= 0);
            if (place >= 0) inside[place] = added[added.indexOf(wrong)] = mended;
          }
          if (step.isRestart) {
            window = restarted(window, spec, kept);
            slide();
          }
          expect(held(window)).toEqual(recount(inside.map(({ outcome }) => outcome)));
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

describe("a measure besides the confusion matrix", () => {
  const options: WindowOptions = {
    tagLabels: ["model"],
    models: new Map(),
    windows: [
      { kind: "time", label: "5m", ms: 5 * minute, panes: 5 },
      { kind: "last", label: "last_3", size: 3 },
    ],
    limits: { maxTags: 3, maxClasses: 4, futureToleranceMs: minute, tagIdleMs: 60 * minute },
    measures: [fractions],
  };

  function filled(): Tags {
    const tags = new Tags(options, new ClassMonitor());
    for (const [index, x] of [1e12, 0.25, 1e-12, 0.5].entries()) {
      const time = begin + index * minute;
      tags.add(["m"], "a", "b", time, time, [x]);
    }
    return tags;
  }

  function saved(tags: Tags): (readonly [EntryKey, JsonValue])[] {
    return [...tags.changes()].flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
  }

  const sums = (tags: Tags): unknown =>
    tags
      .snapshot(begin + 3 * minute)
      .flatMap(({ windows }) => windows.map((window) => window.sums?.get("fractions")?.[0]));
  const samples = (tags: Tags): unknown =>
    tags.snapshot(begin + 3 * minute).flatMap(({ windows }) => windows.map(({ confusion }) => [...confusion.counts]));

  test("a measure sums a fractional value per outcome in each window, over a restart too", () => {
    const tags = filled();
    const small = 0.75 + 2 ** -40;
    expect(sums(tags)).toEqual([1e12 + small, small]);
    const again = new Tags(options, new ClassMonitor());
    again.restore(saved(tags), (name) => name);
    expect(sums(again)).toEqual([1e12 + small, small]);
    expect(samples(again)).toEqual(samples(tags));
  });

  test("a measure begins anew when it is another one than before a restart, and the confusion matrix stays", () => {
    const tags = filled();
    const other = { ...options, measures: [{ ...fractions, id: "others" }] };
    const again = new Tags(other, new ClassMonitor());
    again.restore(saved(tags), (name) => name);
    const windows = again.snapshot(begin + 3 * minute).flatMap((tag) => tag.windows);
    expect(windows.map((window) => window.sums?.get("others"))).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(samples(again)).toEqual(samples(tags));
    again.add(["m"], "a", "b", begin + 3 * minute, begin + 3 * minute, [0.5]);
    expect(again.snapshot(begin + 3 * minute)[0]?.windows.map((window) => window.sums?.get("others")?.[0])).toEqual([
      0.5, 0.5,
    ]);
  });
});

test("a pane counts past 32 bits, and gives its row back empty", () => {
  const slab = new PaneSlab();
  const totals = new NumberedSums();
  const rows = Array.from({ length: 70 }, () => slab.take());
  expect(new Set(rows).size).toBe(70);
  slab.addCount(3, 9, 2 ** 32 - 1);
  slab.addCount(5, 9, 7);
  slab.addCount(3, 9, 2);
  slab.addCount(3, 400, 1);
  expect([slab.counts(3), slab.counts(5)]).toEqual([
    [9, 2 ** 32 + 1, 400, 1],
    [9, 7],
  ]);
  slab.addTo(totals, 3, 1);
  expect(totals.counts.pairs()).toEqual([9, 2 ** 32 + 1, 400, 1]);
  slab.addTo(totals, 3, -1);
  expect(totals.counts.pairs()).toEqual([]);
  slab.release(3);
  expect(slab.counts(slab.take())).toEqual([]);
});
