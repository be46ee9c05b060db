// `npm run bench -- --memory`: what a tag costs in memory with every class confused with every other and all panes full, per
// tag: in the default windows, as docs/metrics.md says, and with 345 cells in three windows. `node test/bench/memory.js 10`, after a
// build, measures 10 classes in the default windows alone.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ClassMonitor } from "../../dist/modules/window/class-monitor.js";
import { Tags } from "../../dist/modules/window/tags.js";

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

const panes = 60;
const minute = 60_000;

/** @param {Record<string, number>} lengths in minutes, by label, the longest last */
const timeWindows = (lengths) =>
  Object.entries(lengths).map(([label, minutes]) => ({
    kind: /** @type {const} */ ("time"),
    label,
    ms: minutes * minute,
    panes,
  }));
const byDefault = [
  ...timeWindows({ "5m": 5, "1h": 60, "24h": 1440 }),
  { kind: /** @type {const} */ ("last"), label: "last_1000", size: 1000 },
];

/** Resident bytes and those that are reachable, once what is not needed was given back. */
function memory() {
  for (let round = 0; round < 3; round++) collectGarbage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss, reachable: heapUsed + arrayBuffers };
}

/**
 * @param {typeof byDefault} windows
 * @param {number} classCount
 * @param {number} tagCount
 * @param {number} cells
 */
function measure(windows, classCount, tagCount, cells = classCount ** 2) {
  const classes = Array.from({ length: classCount }, (_class, index) => `class-${index}`);
  const tags = new Tags(
    {
      tagLabels: ["model"],
      models: new Map(),
      windows,
      limits: { maxTags: tagCount, maxClasses: 100, futureToleranceMs: 0, tagIdleMs: 1e12 },
    },
    new ClassMonitor(),
  );
  const end = 1_700_000_000_000;
  // Each pane of each window, the oldest first.
  const times = windows
    .flatMap((window) => ("ms" in window ? Array.from({ length: panes }, (_, pane) => (pane * window.ms) / panes) : []))
    .sort((a, b) => b - a)
    .map((ago) => end - ago);
  const before = memory();
  for (let tag = 0; tag < tagCount; tag++) {
    for (const now of times) {
      for (let cell = 0; cell < cells; cell++) {
        const actual = classes[Math.floor(cell / classCount)] ?? "";
        tags.add([`model-${tag}`], actual, classes[cell % classCount] ?? "", now, now);
      }
    }
    // As the daemon does after each commit: what was changed is not kept.
    Array.from(tags.changes());
  }
  const after = memory();
  const kilobytes = (/** @type {"resident" | "reachable"} */ which) =>
    `${((after[which] - before[which]) / tagCount / 1000).toFixed(0)} kB ${which}`;
  console.log(
    `${cells} cells, ${windows.length} windows, all panes full, each of ${tags.size} tags: ${kilobytes("reachable")}, ${kilobytes("resident")}`,
  );
}

const only = Number(process.argv[2]);
for (const [classCount, tagCount] of /** @type {const} */ ([
  [2, 200],
  [10, 100],
  [100, 2],
])) {
  if (Number.isNaN(only) || classCount === only) measure(byDefault, classCount, tagCount);
}
if (Number.isNaN(only)) measure(timeWindows({ "1h": 60, "2h": 120, "3h": 180 }), 19, 100, 345);
