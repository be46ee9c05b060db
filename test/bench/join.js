// `npm run bench -- --join`: what a join of many ids costs in time and memory: our table with its records in the store, and
// beside it a plain Map of strings, which keeps nothing over a restart. Each runs in a process of its own.
// `--ids 1000000` for fewer than ten million.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";

const [, , mode = "", count = "", dir = ""] = process.argv;

/** Resident megabytes now, those apart that are the store's file, whose pages the kernel takes back when it needs them. */
const memory = () => {
  const status = readFileSync("/proc/self/status", "utf8");
  /** @param {string} name */
  const megabytes = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)?.[1]) / 1024);
  return `${megabytes("RssAnon")} MB own, ${megabytes("RssFile")} MB of files, ${megabytes("VmHWM")} MB at most`;
};

/** @param {number} n */
const idOf = (n) => `0f8fad5b-d9cb-469f-a165-${String(n).padStart(12, "0")}`;

/** @param {string} path a module of the build, by a name that the compiler does not follow */
const built = (path) => import(new URL(`../../dist/modules/${path}`, import.meta.url).href);

/**
 * Time of a step per half, in process time: a busy machine costs little of that.
 *
 * @param {string} what
 * @param {number} ids
 * @param {() => Promise<void> | void} step
 */
async function timed(what, ids, step) {
  const before = process.cpuUsage();
  await step();
  const { user, system } = process.cpuUsage(before);
  console.log(`  ${what}: ${((user + system) / ids).toFixed(2)} µs a half; ${memory()}`);
}

/** @param {number} ids */
async function ours(ids) {
  /** @type {typeof import("../../src/join/join.ts")} */
  const { Join } = await built("join/join.js");
  /** @type {typeof import("../../src/join/join-stats.ts")} */
  const { JoinStats } = await built("join/join-stats.js");
  /** @type {typeof import("../../src/join/pools.ts")} */
  const { joinPrefixes } = await built("join/pools.js");
  /** @type {typeof import("../../src/state/store.ts")} */
  const { openStore } = await built("state/store.js");
  const store = await openStore(dir, pino({ level: "silent" }));
  const match = { withinMs: 86_400_000, earlyMs: 3_600_000, absent: undefined, maturityMs: undefined };
  const stats = new JoinStats();
  const table = new Join(
    { byModel: false, placeAt: "label", maxIds: ids + 1, models: new Map([["*", match]]) },
    {
      tagLabels: ["model"],
      predicted: () => true,
      traffic: () => undefined,
      labelled: () => undefined,
      spelling: (_labels, name) => name,
      effectiveTime: (time) => time,
      add: () => undefined,
      mend: () => true,
    },
    stats,
    new Uint8Array(16),
  );
  const begin = Date.now();
  /** @returns {Generator<import("../../src/serializable.ts").SavedEntry>} */
  function* saved() {
    for (const prefix of joinPrefixes) yield* store.entries(prefix);
  }
  table.restore(saved(), new Uint8Array(16), begin);
  if (table.size.predictions > 0) {
    console.log(`  a start with ${table.size.predictions} ids: ${Date.now() - begin} ms; ${memory()}`);
  }
  const isFirst = table.size.predictions === 0;
  /** @param {Pick<import("../../src/decode/event.ts").Event, "predicted" | "actual">} half */
  const all = async (half) => {
    const event = { labels: ["fraud"], id: "", time: begin, ...half };
    for (let n = 0; n < ids; n++) {
      event.id = idOf(n);
      table.receive(event, begin + n / 1000);
      if (n % 5000 === 4999) await store.commit(table.changes());
    }
    await store.commit(table.changes());
  };
  if (isFirst) {
    await timed("predictions parked and committed", ids, () => all({ predicted: "legit", actual: undefined }));
    console.log(`  on disk: ${Math.round(statSync(join(dir, "store/state.mdb")).size / 2 ** 20)} MB`);
  } else {
    await timed("labels joined and committed", ids, () => all({ predicted: undefined, actual: "fraud" }));
    if (stats.labels.joined !== ids) throw new Error(`${stats.labels.joined} of ${ids} are joined`);
  }
  await store.close();
}

/** @param {number} ids */
async function map(ids) {
  /** @type {Map<string, { tag: string, predicted: string, time: number, actual: string }>} */
  const table = new Map();
  const begin = Date.now();
  await timed("predictions", ids, () => {
    for (let n = 0; n < ids; n++) {
      table.set(idOf(n), { tag: "fraud", predicted: "legit", time: begin + n / 1000, actual: "" });
    }
  });
  await timed("labels", ids, () => {
    for (let n = 0; n < ids; n++) {
      const found = table.get(idOf(n));
      if (found !== undefined) found.actual = "fraud";
    }
  });
}

if (mode === "ours") await ours(Number(count));
else if (mode === "map") await map(Number(count));

/** @param {string} ids how many */
export function joinBench(ids) {
  const state = mkdtempSync(join(tmpdir(), "model-quality-join-"));
  const self = fileURLToPath(import.meta.url);
  /** @param {string} which */
  const run = (which) =>
    spawnSync(process.execPath, ["--max-old-space-size=16000", "--max-semi-space-size=2", self, which, ids, state], {
      stdio: "inherit",
    });
  try {
    console.log(`${ids} ids\nthe join, with its store:`);
    run("ours");
    run("ours");
    console.log("a Map of strings, without a store:");
    run("map");
  } finally {
    rmSync(state, { recursive: true });
  }
}
