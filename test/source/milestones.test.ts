import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import {
  before,
  isPassing,
  PassingBytes,
  passing,
  readMilestones,
  saveMilestones,
  type Stretch,
} from "../../src/source/milestones.ts";

const largest = 20_000;
const arbitraryBytes = fc
  .tuple(fc.integer({ min: 0, max: largest }), fc.integer({ min: 1, max: 250 }))
  .map(([size, step]) => Buffer.from(Array.from({ length: size }, (_, index) => (index * step + (index >> 8)) % 251)));
const arbitraryCuts = fc.array(fc.integer({ min: 0, max: largest }), { maxLength: 20 });

function stretchOf(bytes: Buffer): Stretch {
  return (position, length) => bytes.subarray(position, position + length);
}

describe("the milestones of a file", () => {
  test("are the same however it is read", () => {
    fc.assert(
      fc.property(arbitraryBytes, arbitraryCuts, (bytes, cuts) => {
        const whole = passing([], bytes.length, stretchOf(bytes));
        const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const parts = new PassingBytes();
        let steps = passing([], 0, stretchOf(bytes));
        let start = 0;
        for (const end of ends) {
          parts.pass(bytes.subarray(start, end));
          steps = passing(steps, end, stretchOf(bytes));
          expect(before(whole, end)).toEqual(steps);
          start = end;
        }
        expect(steps).toEqual(whole);
        expect(parts.milestones).toEqual(whole);
      }),
    );
  });

  test("are those of its beginning", () => {
    fc.assert(
      fc.property(arbitraryBytes, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, share) => {
        const beginning = bytes.subarray(0, Math.floor(bytes.length * share));
        const milestones = passing([], bytes.length, stretchOf(bytes));
        expect(isPassing(milestones, beginning.length, stretchOf(beginning))).toBe(true);
      }),
    );
  });

  test.each([
    {
      what: "a short file that differs before its last 256 bytes",
      sizes: [1300, 8192],
      known: (size: number) => size - 256,
    },
    {
      what: "a longer file that differs before its last fifth",
      sizes: [8193, 9000],
      known: (size: number) => size * 0.8,
    },
  ])("are not those of $what", ({ sizes: [min = 0, max = 0], known }) => {
    const arbitraryPlace = fc
      .integer({ min, max })
      .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1024, max: Math.floor(known(size)) - 1 })));
    fc.assert(
      fc.property(arbitraryPlace, ([size, at]) => {
        const bytes = Buffer.alloc(size, "legit,legit\n");
        const other = Buffer.from(bytes);
        other.write("x", at);
        const milestones = passing([], size, stretchOf(bytes));
        expect(isPassing(milestones, size, stretchOf(other))).toBe(false);
      }),
    );
  });

  test("are the same after they were written down", () => {
    fc.assert(
      fc.property(arbitraryBytes, (bytes) => {
        const milestones = passing([], bytes.length, stretchOf(bytes));
        expect(readMilestones(saveMilestones(milestones))).toEqual(milestones);
      }),
    );
  });
});
