import { expect, test } from "@jest/globals";
import { restAfter } from "../../src/source/pace.ts";

test.each([
  { what: "work of the processor", tookMs: 10, ownMs: 10, rests: 200 },
  { what: "waiting for a slow file system, or a busy machine", tookMs: 1000, ownMs: 10, rests: 1000 },
  { what: "a call that hung for two minutes", tookMs: 120_000, ownMs: 10, rests: 5000 },
  { what: "much work of the processor", tookMs: 1000, ownMs: 1000, rests: 20_000 },
  { what: "nothing", tookMs: 0, ownMs: 0, rests: 0 },
])("after $what it rests for $rests ms", ({ tookMs, ownMs, rests }) => {
  expect(restAfter(tookMs, ownMs, 20)).toBe(rests);
});
