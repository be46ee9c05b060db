// `npm run bench -- --memory`: what a tag costs in memory with many cells and all panes full, per tag, by resident memory.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ClassMonitor } from "../../dist/window/class-monitor.js";
import { Tags } from "../../dist/window/tags.js";

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

const tagCount = 100;
const classes = Array.from({ length: 19 }, (_class, index) => `class-${index}`);
const cells = 345;
const panes = 60;
const minute = 60_000;
const windows = ["1h", "2h", "3h"].map((label, index) => ({
  kind: /** @type {const} */ ("time"),
  label,
  ms: (index + 1) * panes * minute,
  panes,
}));

/** Resident bytes and those that are reachable, once what is not needed was given back. */
function memory() {
  for (let round = 0; round < 3; round++) collectGarbage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss, reachable: heapUsed + arrayBuffers };
}

const tags = new Tags(
  {
    tagLabels: ["model"],
    models: new Map(),
    windows,
    limits: { maxTags: tagCount, maxClasses: 100, futureToleranceMs: 0, tagIdleMs: 1e12 },
  },
  new ClassMonitor(),
);
const before = memory();
const begin = 1_700_000_000_000;
for (let tag = 0; tag < tagCount; tag++) {
  for (let pane = 0; pane < 3 * (panes + 1); pane++) {
    const now = begin + pane * minute;
    for (let cell = 0; cell < cells; cell++) {
      const actual = classes[Math.floor(cell / classes.length)] ?? "";
      tags.add([`model-${tag}`], actual, classes[cell % classes.length] ?? "", now, now);
    }
  }
  // As the daemon does after each commit: what was changed is not kept.
  tags.changes();
}
const after = memory();
const kilobytes = (/** @type {"resident" | "reachable"} */ which) =>
  `${((after[which] - before[which]) / tagCount / 1000).toFixed(0)} kB ${which}`;
console.log(
  `${cells} cells, ${windows.length} windows of ${panes} panes, all full, each of ${tags.size} tags: ${kilobytes("reachable")}, ${kilobytes("resident")}`,
);
