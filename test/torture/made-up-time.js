import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";
import timers, { setImmediate as nextTurn } from "node:timers/promises";

// For this process: the clock stands still but for what is said here, the times of files are of this clock, in ticks as
// the system has them, and whoever calls the file system synchronously gives others the occasion to do so first.

const real = { ...fs };
const start = Date.UTC(2026, 0, 1);
/** How long a tick of the times of files is (ms). */
const tickMs = 4;
/** How long a call takes (ms). */
const callMs = 0.05;

let now = start;
let isMine = false;
/** @type {(call: string, first: unknown) => void} */
let occasion = () => undefined;
/** Calls for paths elsewhere take no time: which there are depends on where the program lies. */
let within = "/";

/** Lets time pass. @param {number} ms */
export function pass(ms) {
  now += ms;
}

/** How much has passed (ms). */
export function passed() {
  return now - start;
}

/**
 * Begins anew, and asks `onOccasion` before each call for what lies in `dir` that is not made within `undisturbed`.
 *
 * @param {string} dir @param {typeof occasion} onOccasion
 */
export function begin(dir, onOccasion) {
  now = start;
  within = dir;
  occasion = onOccasion;
}

/** Does something without giving others the occasion. @template T @param {() => T} work */
export function undisturbed(work) {
  const before = isMine;
  isMine = true;
  try {
    return work();
  } finally {
    isMine = before;
  }
}

/** @typedef {(...args: unknown[]) => unknown} Call */

/** Makes it so; to be called before what is to be deceived is imported. */
export function makeUpTime() {
  Date.now = () => Math.floor(now);
  performance.now = () => passed() + 100_000;
  callsOf(timers)["setTimeout"] = async (ms) => {
    // Nobody waits for so long but in case that nothing else comes.
    if (Number(ms) > 1000) await new Promise(() => undefined);
    pass(Number(ms));
    await nextTurn();
  };
  for (const name of ["statSync", "fstatSync", "openSync", "readSync", "readdirSync"]) replace(name, interruptible);
  callsOf(fs.realpathSync)["native"] = interruptible(callsOf(real.realpathSync)["native"], "realpathSync");
  replace("openSync", (call) => (path, flags, ...rest) => {
    const isNew = !real.existsSync(String(path));
    const result = call(path, flags, ...rest);
    if (flags === "w" || (flags === "a" && isNew)) stamp(path);
    if (isNew) stamp(dirname(String(path)));
    return result;
  });
  for (const name of ["writeSync", "truncateSync"]) {
    replace(name, (call) => (file, ...rest) => {
      const result = call(file, ...rest);
      stamp(file);
      return result;
    });
  }
  for (const name of ["renameSync", "symlinkSync"]) {
    replace(name, (call) => (from, to) => {
      call(from, to);
      stamp(dirname(String(to)));
    });
  }
  replace("rmSync", (call) => (path, ...rest) => {
    call(path, ...rest);
    stamp(dirname(String(path)));
  });
  syncBuiltinESMExports();
}

/** The functions of a module, to be replaced. @param {unknown} module */
function callsOf(module) {
  return /** @type {Record<string, Call>} */ (module);
}

/** @param {string} name @param {(call: Call, name: string) => Call} by */
function replace(name, by) {
  const call = callsOf(fs)[name];
  if (call !== undefined) callsOf(fs)[name] = by(call, name);
}

/** @param {Call | undefined} call @param {string} name @returns {Call} */
function interruptible(call, name) {
  return (...args) => {
    const isElsewhere = typeof args[0] === "string" && !args[0].startsWith(within);
    if (!isMine && !isElsewhere) {
      pass(callMs);
      undisturbed(() => {
        occasion(name, args[0]);
      });
    }
    return call?.(...args);
  };
}

/** @param {unknown} file a path or a descriptor */
function stamp(file) {
  const seconds = (Math.floor(now / tickMs) * tickMs) / 1000;
  if (typeof file === "number") real.futimesSync(file, seconds, seconds);
  else if (real.existsSync(String(file))) real.utimesSync(String(file), seconds, seconds);
}
