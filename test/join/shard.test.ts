import { expect, test } from "@jest/globals";
import { Shard, shardBits, slotWords } from "../../src/join/shard.ts";
import fc from "../support/property.ts";

/** Slots with one hash, told apart by their third word. */
type Model = Map<string, number[]>;

function put(shard: Shard, model: Model, low: number, high: number, mark: number): void {
  const at = shard.insert(low, high);
  shard.words[at] = low;
  shard.words[at + 1] = high;
  shard.words[at + 2] = mark;
  shard.words[at + 3] = 1;
  model.set(`${low} ${high}`, [...(model.get(`${low} ${high}`) ?? []), mark]);
}

/** The marks of all slots with a hash, as a search finds them. */
function found(shard: Shard, low: number, high: number): number[] {
  const marks: number[] = [];
  const { words } = shard;
  let at = shard.find(low, high);
  for (; at >= 0 && at < words.length && words[at + 3] !== 0; at += slotWords) {
    if (words[at] !== low || words[at + 1] !== high) break;
    marks.push(words[at + 2] ?? -1);
  }
  return marks;
}

const low = fc.nat(3).map((number) => number << shardBits);
/** Hashes that are spread, close together, and all at the end, where there is no next place. */
const high = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.nat(20).map((number) => 0x8000_0000 + number),
  fc.constant(0xffff_ffff),
);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("put" as const), low, high }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("retain" as const), every: fc.integer({ min: 2, max: 5 }) }) },
);

test("a part of the table finds what a map of lists finds, however hashes crowd, and through growth", () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 400, size: "max" });
  const law = fc.property(steps, (all) => {
    const shard = new Shard();
    const model: Model = new Map();
    all.forEach((one, mark) => {
      if (one.kind === "put") put(shard, model, one.low, one.high, mark);
      else if (one.kind === "remove") {
        const key = [...model.keys()][one.which % Math.max(1, model.size)];
        if (key === undefined) return;
        const [ofLow = 0, ofHigh = 0] = key.split(" ").map(Number);
        const at = shard.find(ofLow, ofHigh);
        const left = (model.get(key) ?? []).filter((other) => other !== shard.words[at + 2]);
        shard.remove(at);
        if (left.length === 0) model.delete(key);
        else model.set(key, left);
      } else {
        const isKept = (given: number): boolean => given % one.every !== 0;
        shard.retain((words, at) => isKept(words[at + 2] ?? 0));
        for (const [key, marks] of model) {
          const left = marks.filter(isKept);
          if (left.length === 0) model.delete(key);
          else model.set(key, left);
        }
      }
    });
    expect(shard.size).toBe([...model.values()].flat().length);
    for (const [key, marks] of model) {
      const [ofLow = 0, ofHigh = 0] = key.split(" ").map(Number);
      expect(found(shard, ofLow, ofHigh).sort()).toEqual(marks.sort());
    }
    expect(shard.find(7 << shardBits, 1)).toBe(-1);
  });
  fc.assert(law, { numRuns: 200 });
});
