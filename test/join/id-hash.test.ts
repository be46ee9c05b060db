import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { hashHigh, hashLow, IdHash } from "../../src/join/id-hash.ts";

const hex = (hash: IdHash, text: string): string => {
  hash.hash(text);
  return [hashHigh, hashLow].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
};

describe("ids are hashed by SipHash-1-3", () => {
  // What CPython, which uses it for its own tables, gives with the key 0.
  test.each([
    { text: "a", sum: "407448d2b89b1813" },
    { text: "abcdefg", sum: "6db12aae9070f506" },
    { text: "abcdefgh", sum: "3f7b849c0b8e35ea" },
    { text: "request-000000001", sum: "3cdeb1f4829582b3" },
    { text: "abcdefghijklmnopqrstuvwxyz".repeat(3), sum: "4e21800039be8c1d" },
    { text: "caf\u00e9", sum: "01e89559e266d186" },
  ])("$text has the hash $sum", ({ text, sum }) => {
    expect(hex(new IdHash(new Uint8Array(16)), text)).toBe(sum);
  });

  test("two texts have one hash with the same key only if they are the same", () => {
    const hash = new IdHash(Uint8Array.from({ length: 16 }, (_byte, at) => at));
    const text = fc.string({ unit: "binary", maxLength: 40 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(hex(hash, a) === hex(hash, b)).toBe(a === b);
        expect(hex(hash, a)).toBe(hex(hash, a));
      }),
    );
    const texts = ["", "\0", "\0\0", "\u0100", "\u0100\0", "ÿ".repeat(255), "id", "ID", "x".repeat(1 << 20)];
    expect(new Set(texts.map((each) => hex(hash, each))).size).toBe(texts.length);
  });

  test("another key gives other hashes, so that nobody can make two ids collide", () => {
    const keys = [0, 1].map((byte) => new IdHash(new Uint8Array(16).fill(byte)));
    expect(new Set(keys.map((key) => hex(key, "request-1"))).size).toBe(2);
  });
});
