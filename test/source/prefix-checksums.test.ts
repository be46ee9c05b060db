import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import {
  checksumsBefore,
  matchesChecksums,
  extendChecksums,
  ChecksumStream,
  readChecksums,
  saveChecksums,
  type Stretch,
} from "../../src/source/identity/prefix-checksums.ts";

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
        const whole = extendChecksums([], bytes.length, stretchOf(bytes));
        const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const parts = new ChecksumStream();
        let steps = extendChecksums([], 0, stretchOf(bytes));
        let start = 0;
        for (const end of ends) {
          parts.pass(bytes.subarray(start, end));
          steps = extendChecksums(steps, end, stretchOf(bytes));
          expect(checksumsBefore(whole, end)).toEqual(steps);
          start = end;
        }
        expect(steps).toEqual(whole);
        expect(parts.checksums).toEqual(whole);
      }),
    );
  });

  test("are those of its beginning", () => {
    fc.assert(
      fc.property(arbitraryBytes, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, share) => {
        const beginning = bytes.subarray(0, Math.floor(bytes.length * share));
        const checksums = extendChecksums([], bytes.length, stretchOf(bytes));
        expect(matchesChecksums(checksums, beginning.length, stretchOf(beginning))).toBe(true);
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
        const checksums = extendChecksums([], size, stretchOf(bytes));
        expect(matchesChecksums(checksums, size, stretchOf(other))).toBe(false);
      }),
    );
  });

  test("are the same after they were written down", () => {
    fc.assert(
      fc.property(arbitraryBytes, (bytes) => {
        const checksums = extendChecksums([], bytes.length, stretchOf(bytes));
        expect(readChecksums(saveChecksums(checksums))).toEqual(checksums);
      }),
    );
  });
});
