import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { allWindows, Bed, minute, type Half } from "./bed.ts";
import { JoinModel } from "./model.ts";

/** Few ids, classes and tags, so that everything that can meet does. */
const half = fc.record({
  half: fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    version: fc.constantFrom("v1", "v1", "v2"),
    predicted: fc.constantFrom(undefined, undefined, "x", "x", "y", ""),
    actual: fc.constantFrom(undefined, undefined, "x", "x", "y", "0"),
    // Minutes between the event and its reading.
    at: fc.integer({ min: 0, max: 50 }),
  }),
  step: fc.constantFrom(0, 0, 1, 3, 12),
  restart: fc.constantFrom(false, false, false, false, true),
});

describe("whatever comes in whatever order, windows, traffic and shares are what a map of all ids gives", () => {
  test.each(["label", "prediction"] as const)("with outcomes placed at the %s", (placeAt) => {
    fc.assert(
      fc.property(fc.array(half, { maxLength: 60 }), (steps) => {
        const times = { withinMs: 30 * minute, earlyMs: 10 * minute, maturityMs: 20 * minute };
        const bed = new Bed({ placeAt, ...times, windows: allWindows });
        const model = new JoinModel(placeAt);
        let now = 100;
        for (const { half: given, step, restart } of steps) {
          now += step;
          bed.now = now;
          const event = { ...given, at: now - given.at } as Half;
          if (given.predicted === undefined && given.actual === undefined) continue;
          if (restart) bed.restart();
          bed.read(event);
          model.read(event, now);
        }
        expect(bed.all).toEqual(model.cells(now));
        expect(bed.traffic).toEqual(model.traffic(now, 20));
        expect(bed.labels).toEqual(model.labels);
        expect(bed.stats.repeated).toEqual(model.repeated);
        expect(bed.outcomes).toBe(model.outcomes.length);
      }),
      { numRuns: 150 },
    );
  });
});
