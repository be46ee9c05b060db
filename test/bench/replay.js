// `npm run bench`: how long a whole replay of a log takes, side by side with the least that a Node program could do and
// with mtail. All take turns in one run, so that a busy machine slows all of them; all must count the same cells.
// `--memory` measures the memory of a tag instead, `--scrape` a page of 100,000 series, `--patterns` regular expressions,
// `--forms` the forms of docs/forms.md, `--join` a join of ten million ids, `--scale` how far one
// daemon goes, `--http` events by HTTP, `--page` the status page of a thousand tags, `--start` the start of the daemon,
// `--load` the page of metrics under load, `--backfill` history of a month,
// `--influxdb` scrapes of a daemon that writes to InfluxDB, `--footprint` memory in a small container.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import Table from "cli-table3";
import { contestants } from "./contestants.js";
import { writePredictionLog } from "./prediction-log.js";

/**
 * What else can be measured, by its flag.
 *
 * @type {Readonly<Record<string, (options: { lines: number, rounds: number, events: number, ids: string, minutes: number, main?: string }) => unknown>>}
 */
const others = {
  memory: () => import("./memory.js"),
  scrape: () => import("./scrape.js"),
  patterns: () => import("./patterns.js"),
  forms: () => import("./forms.js"),
  join: async ({ ids }) => (await import("./join.js")).joinBench(ids),
  page: async () => (await import("./page.js")).pageBench(),
  http: async (options) => (await import("./http.js")).httpBench(options.lines),
  scale: async ({ events }) => (await import("./scale.js")).scaleBench(events),
  start: async (options) => (await import("./start.js")).startBench(options.rounds),
  load: async ({ main }) => (await import("./load.js")).loadBench(main),
  backfill: async () => (await import("./backfill.js")).backfillBench(),
  footprint: async ({ minutes }) => (await import("./footprint.js")).footprintBench(minutes),
  influxdb: async () => (await import("./influxdb.js")).influxBench(),
};

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "5" },
    main: { type: "string" },
    minutes: { type: "string", default: "10" },
    events: { type: "string", default: "1000000" },
    ids: { type: "string", default: "10000000" },
    ...Object.fromEntries(Object.keys(others).map((name) => [name, { type: /** @type {const} */ ("boolean") }])),
  },
});
const lines = Number(values.lines);
const rounds = Number(values.rounds);
/** @type {ReadonlyMap<string, unknown>} */
const given = new Map(Object.entries(values));
const asked = Object.entries(others).filter(([name]) => given.get(name) === true);
for (const [, bench] of asked) {
  const { ids, main } = values;
  await bench({
    lines,
    rounds,
    events: Number(values.events),
    minutes: Number(values.minutes),
    ids,
    ...(main === undefined ? {} : { main }),
  });
}
if (asked.length > 0) process.exit();

/**
 * @param {import("./contestants.js").Contestant} contestant
 * @returns {{ seconds: number, cells: import("./contestants.js").Cells }}
 */
function timed({ name, command: [program = "", ...args], cells }) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
  return { seconds, cells: cells(stdout) };
}

/** @param {readonly number[]} numbers one at least */
function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

const dir = mkdtempSync(join(tmpdir(), "model-quality-bench-"));
try {
  const log = join(dir, "predictions.jsonl");
  writePredictionLog(log, lines);
  const field = contestants(log, dir);
  console.log(`${lines} lines, ${statSync(log).size} bytes, ${rounds} rounds, whole processes, wall clock seconds\n`);

  /** @type {Map<string, number[]>} */
  const seconds = new Map(field.map(({ name }) => [name, []]));
  /** @type {Map<string, import("./contestants.js").Cells>} */
  const counted = new Map();
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one, so that none has always the same neighbour.
    for (let turn = 0; turn < field.length; turn++) {
      const contestant = field[(round + turn) % field.length];
      if (contestant === undefined) continue;
      const result = timed(contestant);
      seconds.get(contestant.name)?.push(result.seconds);
      counted.set(contestant.name, result.cells);
    }
  }

  const bare = spread(seconds.get("bare loop of JSON.parse") ?? []).median;
  const table = new Table({ head: ["", "min", "median", "max", "to the bare loop"], style: { head: [], border: [] } });
  for (const [name, own] of seconds) {
    const { min, median, max } = spread(own);
    table.push([name, ...[min, median, max].map((value) => value.toFixed(2)), `${(median / bare).toFixed(2)} x`]);
  }
  console.log(table.toString());

  const [[first, reference] = ["", {}], ...others] = counted;
  const wrong = others.filter(([, cells]) => !isDeepStrictEqual(cells, reference)).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`not the same cells as ${first}: ${wrong.join(", ")}`);
  console.log(`All counted the same ${Object.keys(reference).length} cells.`);
} finally {
  rmSync(dir, { recursive: true });
}
