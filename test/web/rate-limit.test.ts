import { expect, test } from "@jest/globals";
import { RateLimit } from "../../src/web/rate-limit.ts";

test("a burst passes, then one request each interval, however long it was quiet before", () => {
  let now = 0;
  const limit = new RateLimit(1000, 3, () => now);
  const passing = (count: number): number =>
    Array.from({ length: count }, () => limit.take()).filter((wait) => wait === 0).length;
  expect(passing(5)).toBe(3);
  expect(limit.take()).toBe(1000);
  now += 400;
  expect(limit.take()).toBeCloseTo(600, 6);
  now += 600;
  expect(passing(5)).toBe(1);
  now += 2500;
  expect(passing(5)).toBe(2);
  now += 1e9;
  expect(passing(5)).toBe(3);
});
