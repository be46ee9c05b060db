// What a Node program does at the least: reads a log, parses each line with JSON.parse, counts the cells of the confusion
// matrices. Written to be fast: large reads, whole lines cut in bytes, one string per read.
import { openSync, readSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const input = openSync(file, "r");
const buffer = Buffer.allocUnsafe(1 << 20);
/** @type {Map<string, number>} */
const cells = new Map();

let kept = 0;
for (;;) {
  const end = kept + readSync(input, buffer, kept, buffer.length - kept, null);
  if (end === kept) break;
  const cut = buffer.lastIndexOf(10, end - 1) + 1;
  for (const line of buffer.toString("utf8", 0, cut).split("\n")) {
    if (line === "") continue;
    /** @type {Readonly<Record<string, string>>} */
    const event = JSON.parse(line);
    const cell = `${event["model"]} ${event["version"]} ${event["label"]} ${event["prediction"]}`;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  buffer.copyWithin(0, cut, end);
  kept = end - cut;
}
process.stdout.write(JSON.stringify(Object.fromEntries(cells)));
