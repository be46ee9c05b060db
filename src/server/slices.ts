import { setImmediate as otherWork } from "node:timers/promises";

/** How long a slice takes (ms): two pages at once and what they hand on hold back other work for some 20 ms. */
const sliceMs = 5;

/** Characters that are handed on together. */
const partLength = 1 << 16;

/** Writes pieces of text as bytes, in slices of a few milliseconds between which other work has its turn. */
export async function* inSlices(
  pieces: Iterable<string>,
  clock = (): number => performance.now(),
): AsyncGenerator<Buffer> {
  let text = "";
  let began = clock();
  for (const piece of pieces) {
    text += piece;
    if (text.length >= partLength) {
      yield Buffer.from(text);
      text = "";
    }
    if (clock() - began < sliceMs) continue;
    await otherWork();
    began = clock();
  }
  if (text !== "") yield Buffer.from(text);
}
