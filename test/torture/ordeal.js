import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Halves } from "./halves.js";
import { LogStream } from "./log-stream.js";
import { countedBy, difference } from "./outcomes.js";
import { Random } from "./random.js";
import { copyAtFirst, keepingWays, losingWays, truncateAtLast } from "./rotation-ways.js";
import { whereabouts } from "./whereabouts.js";
import { Victim } from "./victim.js";

/** @typedef {{ kills: number, early: number, faults: number, rotations: number, lines: number, lost: number, twice: number, differences: string[] }} Toll */
/** @typedef {{ log: LogStream, keeping: readonly import("./rotation-ways.js").Rotation[], losing: readonly import("./rotation-ways.js").Rotation[] }} Server */

/** Where a daemon may be told to kill itself: the names of src/fault-points.ts. */
const faults = [
  ...["read", "counted", "moved", "begun", "displaced", "truncated", "copied", "archive", "ended"],
  ...["taken", "written", "durable", "committed"],
];
/** The same of a daemon that joins. */
const joinFaults = [...faults, "parked", "joined"];
/** After so many kills the daemon is let live until everything is counted and committed. */
const killsPerRest = 10;

/**
 * Servers write and rotate; the daemon is killed `kills` times. Ends early at the first difference.
 *
 * @param {{ dir: string, kills: number, seed: number, watch: string, only?: string, join?: boolean }} options `only`: a
 *   part of a server's name, for those who look for a fault; `join`: predictions and labels are in logs of their own
 * @param {(toll: Readonly<Toll>) => void} [onProgress]
 * @returns {Promise<Toll>}
 */
export async function torture(
  { dir, kills, seed, watch, only = "", join: isJoin = false },
  onProgress = () => undefined,
) {
  const random = new Random(seed);
  const servers = (isJoin ? makePairs(dir, watch) : makeServers(dir, watch)).filter(({ log }) =>
    log.outcomes.model.includes(only),
  );
  /** @type {Toll} */
  const toll = { kills: 0, early: 0, faults: 0, rotations: 0, lines: 0, lost: 0, twice: 0, differences: [] };
  const count = () => {
    toll.rotations = servers.reduce((sum, { log }) => sum + log.rotations, 0);
    toll.lines = servers.reduce((sum, { log }) => sum + log.outcomes.written, 0);
    onProgress(toll);
  };
  try {
    for (const { log, keeping } of servers) {
      // A link is there from the start: a file that a link takes the place of would be gone.
      if (log.outcomes.model.endsWith(" symlink")) await rotate(log, keeping[0], random);
      log.append(3);
    }
    // What is rotated away before a daemon listens for the first time is not wanted; from then on every line is.
    await killWhenItListens(dir, toll);
    while (toll.kills < kills && toll.differences.length === 0) {
      await killOne(dir, servers, random, toll, isJoin ? joinFaults : faults);
      count();
      if (toll.kills % killsPerRest === 0 || toll.kills === kills) await rest(dir, servers, random, toll);
    }
    count();
  } finally {
    for (const { log } of servers) log.close();
  }
  return toll;
}

/** @param {string} dir @param {string} watch @returns {Server[]} */
function makeServers(dir, watch) {
  // Of one the rotated files match the globs too, as many users have it.
  const places = { named: "app.log", globbed: "app.log*" };
  const fields = { model: "model", version: "version", predicted: "prediction", actual: "label" };
  const sources = Object.entries(places).map(([name, glob]) => ({ name, files: [`${name}/*/${glob}`], fields, watch }));
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "config.json"),
    JSON.stringify({ sources, windows: [{ last: 1_000_000 }], limits: { maxClasses: 1000 } }),
  );
  const losing = Object.values(losingWays);
  const mixable = Object.entries(keepingWays).flatMap(([way, rotate]) => (way === "symlink" ? [] : [rotate]));
  return Object.keys(places).flatMap((place) => [
    ...Object.entries(keepingWays).map(([way, rotate]) => ({
      log: new LogStream(join(dir, place, way), `${place} ${way}`),
      keeping: [rotate],
      losing: way === "symlink" ? [] : losing,
    })),
    { log: new LogStream(join(dir, place, "mixed"), `${place} mixed`), keeping: mixable, losing },
  ]);
}

/** Servers of predictions, and of their labels, that rotate apart. @param {string} dir @param {string} watch @returns {Server[]} */
function makePairs(dir, watch) {
  const places = { named: "app.log", globbed: "app.log*" };
  const halves = {
    predictions: { model: "model", version: "version", predicted: "prediction", actual: null, id: "id" },
    labels: { predicted: null, actual: "label", id: "id" },
  };
  const sources = Object.entries(places).flatMap(([place, glob]) =>
    Object.entries(halves).map(([half, fields]) => {
      return { name: `${place} ${half}`, files: [`${place}/*/${half}/${glob}`], fields, watch };
    }),
  );
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "config.json"),
    JSON.stringify({ sources, join: {}, windows: [{ last: 1_000_000 }], limits: { maxClasses: 1000 } }),
  );
  return Object.keys(places).flatMap((place) =>
    Object.entries(keepingWays).flatMap(([way, rotateBy]) =>
      Object.entries(Halves.pair(`${place} ${way}`, 200)).map(([half, outcomes]) => ({
        log: new LogStream(join(dir, place, way, half), outcomes.model, "", outcomes),
        keeping: [rotateBy],
        losing: way === "symlink" ? [] : Object.values(losingWays),
      })),
    ),
  );
}

/** @param {string} dir @param {readonly Server[]} servers @param {Random} random @param {Toll} toll @param {readonly string[]} points */
async function killOne(dir, servers, random, toll, points) {
  const fault = random.chance(0.3) ? `${random.one(points)}:${random.whole(1, 40)}` : "";
  const victim = new Victim(dir, fault);
  // Half of the kills come within a second, some of them before it listens; of the others, half come soon after it does,
  // and half when it has had the time to commit some times.
  const isEarly = random.chance(0.5);
  if (!isEarly) {
    while (victim.url === "" && !victim.hasEnded) await write(servers, random);
  }
  const end = performance.now() + random.whole(0, isEarly ? 1000 : random.one([300, 2200]));
  while (performance.now() < end && !victim.hasEnded) await write(servers, random);
  if (victim.hasEnded && fault !== "") toll.faults++;
  if (victim.url === "") toll.early++;
  await victim.kill();
  toll.kills++;
  for (let steps = random.whole(0, 20); steps > 0; steps--) await write(servers, random);
}

/** Kills a daemon at the instant in which it listens. @param {string} dir @param {Toll} toll */
async function killWhenItListens(dir, toll) {
  const victim = new Victim(dir);
  if (!(await victim.listens())) throw new Error(`the daemon has ended:\n${victim.log}`);
  await victim.kill();
  toll.kills++;
}

/** One thing that one server does. @param {readonly Server[]} servers @param {Random} random */
async function write(servers, random) {
  const { log, keeping } = random.one(servers);
  if (random.chance(0.1)) await rotate(log, random.one(keeping), random);
  else if (random.chance(0.2)) log.appendTorn(random.whole(1, 3), random.next());
  else log.append(random.whole(1, 10));
  await sleep(random.chance(0.5) ? 0 : random.whole(1, 20));
}

/** @param {LogStream} log @param {import("./rotation-ways.js").Rotation | undefined} way @param {Random} random */
async function rotate(log, way, random) {
  log.mend();
  log.rotations++;
  for (const step of way?.(log, random) ?? []) {
    if (random.chance(0.2)) await sleep(random.whole(0, 3), step);
  }
}

/**
 * Lets a daemon live until all is counted and committed, or the counts stand still and differ. Then the rotated files may
 * go, and each server may do what loses bytes: they are on the safe side.
 *
 * @param {string} dir @param {readonly Server[]} servers @param {Random} random @param {Toll} toll
 */
async function rest(dir, servers, random, toll) {
  const victim = new Victim(dir);
  if (!(await victim.listens())) throw new Error(`the daemon has ended:\n${victim.log}`);
  for (const { log } of servers) log.mend();
  await settle(victim, servers, toll);
  const slow = servers.filter(({ losing }) => losing.length > 0 && random.chance(0.3));
  if (toll.differences.length === 0) {
    for (const { log } of slow) await rotate(log, copyAtFirst, random);
    await settle(victim, servers, toll);
  }
  if (toll.differences.length === 0) {
    for (const { log } of slow) await rotate(log, truncateAtLast, random);
    for (const { log, losing } of servers) {
      if (losing.length > 0 && random.chance(0.5)) await rotate(log, random.one(losing), random);
      if (random.chance(0.5)) log.clear();
      log.append(random.whole(1, 20));
    }
    await settle(victim, servers, toll);
  }
  await victim.kill();
}

/** @param {Victim} victim @param {readonly Server[]} servers @param {Toll} toll */
async function settle(victim, servers, toll) {
  // Only what fails waits for so long.
  const patience = 60_000;
  let end = performance.now() + patience;
  for (let last = -1; ;) {
    const asked = performance.now();
    const counted = await countedBy(victim.url);
    const found = servers.map(({ log }) => {
      return { log, ...difference(log.outcomes.expected, counted.get(log.outcomes.model) ?? new Map()) };
    });
    const missing = found.reduce((sum, { lost }) => sum + lost, 0);
    const doubled = found.reduce((sum, { twice }) => sum + twice, 0);
    // What waits for its other half must have been read as well.
    const waiting = servers.reduce((sum, { log }) => sum + log.outcomes.waiting, 0);
    // The page of metrics takes long as well, and without halves there is nothing to ask it.
    const pending =
      waiting === 0 ? 0 : (await victim.metric("pending_predictions")) + (await victim.metric("pending_labels"));
    const unread = waiting - pending;
    if (missing + doubled === 0 && unread === 0) break;
    if (missing + doubled + unread !== last) end = performance.now() + patience;
    last = missing + doubled + unread;
    if (performance.now() > end) {
      toll.lost = missing + Math.max(0, unread);
      toll.twice = doubled;
      toll.differences = found
        .filter(({ lost, twice }) => lost + twice > 0)
        .flatMap(({ log, lost, twice, lostCells, twiceCells }) => [
          `${log.outcomes.model}: lost ${lost}, counted twice ${twice}`,
          ...whereabouts(log.dir, { lost: lostCells, twice: twiceCells }),
        ]);
      toll.differences.push(victim.log);
      return;
    }
    // Matrices of hundreds of classes are long: who asks for them again and again keeps the daemon from everything else.
    await sleep(Math.max(20, 3 * (performance.now() - asked)));
  }
  const now = Date.now() / 1000;
  while ((await victim.committedAt()) < now) await sleep(20);
}
