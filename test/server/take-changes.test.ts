import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { AnyEntry } from "../../src/serializable.ts";
import { takeChanges, type Changing } from "../../src/server/take-changes.ts";

/** Ten entries of which each takes a while to make. */
function* slowly(part: string): Iterable<AnyEntry> {
  for (let at = 0; at < 10; at++) {
    const began = performance.now();
    while (performance.now() - began < 2);
    yield { key: [part, at], value: at };
  }
}

test("changes of all parts are as of one moment, and are made in turns between which others have theirs", async () => {
  const asked: string[] = [];
  const parts = ["a", "b", "c"].map((name): Changing => {
    return {
      changes: () => {
        asked.push(name);
        return slowly(name);
      },
    };
  });
  const taking = takeChanges(parts);
  expect(asked).toEqual(["a", "b", "c"]);
  let turns = 0;
  const isOver = taking.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([isOver, nextTurn(false)]))) turns++;
  expect(turns).toBeGreaterThan(2);
  const keys = (await taking).map(({ key }) => key.join(""));
  expect(keys).toEqual(["a", "b", "c"].flatMap((name) => Array.from({ length: 10 }, (_entry, at) => `${name}${at}`)));
});
