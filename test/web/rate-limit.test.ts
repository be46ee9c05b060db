import { describe, expect, test } from "@jest/globals";
import { TokenBucket } from "../../src/token-bucket.ts";

describe("a limit of requests", () => {
  test("lets a burst pass, then one request each interval, however long it was quiet before", () => {
    let now = 0;
    const limit = new TokenBucket(1000, 3, () => now);
    const passing = (count: number): number =>
      Array.from({ length: count }, () => limit.take()).filter((wait) => wait === 0).length;
    expect(passing(5)).toBe(3);
    now += 1000;
    expect(passing(5)).toBe(1);
    now += 2500;
    expect(passing(5)).toBe(2);
    now += 1e9;
    expect(passing(5)).toBe(3);
  });

  test("says in whole seconds when to come again, never sooner than it lets the next one in", () => {
    let now = 0;
    const limit = new TokenBucket(2500, 1, () => now);
    const waits = [0, 0, 400, 500, 2400, 2499, 2500].map((at) => {
      now = at;
      return limit.take();
    });
    expect(waits).toEqual([0, 3, 3, 2, 1, 1, 0]);
  });
});
