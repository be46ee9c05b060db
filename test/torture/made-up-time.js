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

/** Lets time pass. @param {number} ms */
export function pass(ms) {
  now += ms;
}

/** How much has passed (ms). */
export function passed() {
  return now - start;
}

/** Begins anew, and asks `onOccasion` before each call that is not made within `undisturbed`. @param {typeof occasion} onOccasion */
export function begin(onOccasion) {
  now = start;
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

/** Makes it so; to be called before what is to be deceived is imported. */
export function makeUpTime() {
  Date.now = () => Math.floor(now);
  performance.now = () => passed() + 100_000;
  /** @type {Record<string, unknown>} */
  const timersRecord = /** @type {any} */ (timers);
  timersRecord["setTimeout"] = async (/** @type {number} */ ms) => {
    // Nobody waits for so long but in case that nothing else comes.
    if (ms > 1000) await new Promise(() => undefined);
    pass(ms);
    await nextTurn();
  };
  /** @type {Record<string, any>} */
  const open = /** @type {any} */ (fs);
  for (const name of ["statSync", "fstatSync", "openSync", "readSync", "readdirSync", "realpathSync"]) {
    open[name] = Object.assign(interruptible(name, open[name]), open[name]);
  }
  open["realpathSync"].native = interruptible("realpathSync", real.realpathSync.native);
  stampAfter(open, "openSync", (_path, flags) => flags === "a" || flags === "w", true);
  stampAfter(open, "writeSync", () => true, false);
  stampAfter(open, "truncateSync", () => true, false);
  for (const name of ["renameSync", "symlinkSync"]) stampDirectoryAfter(open, name, 1);
  stampDirectoryAfter(open, "rmSync", 0);
  syncBuiltinESMExports();
}

/** @param {string} name @param {(...args: any[]) => unknown} call */
function interruptible(name, call) {
  return (/** @type {any[]} */ ...args) => {
    if (!isMine) {
      pass(callMs);
      undisturbed(() => {
        occasion(name, args[0]);
      });
    }
    return call(...args);
  };
}

/** @param {Record<string, any>} open @param {string} name @param {(...args: any[]) => boolean} writes @param {boolean} creates */
function stampAfter(open, name, writes, creates) {
  const call = open[name];
  open[name] = (/** @type {any[]} */ ...args) => {
    if (!writes(...args)) return call(...args);
    const isNew = creates && !real.existsSync(args[0]);
    const result = call(...args);
    if (!creates || isNew || args[1] === "w") stamp(args[0]);
    if (isNew) stamp(dirname(args[0]));
    return result;
  };
}

/** @param {Record<string, any>} open @param {string} name @param {number} at which argument is the path */
function stampDirectoryAfter(open, name, at) {
  const call = open[name];
  open[name] = (/** @type {any[]} */ ...args) => {
    call(...args);
    stamp(dirname(args[at]));
  };
}

/** @param {string | number} file */
function stamp(file) {
  const seconds = (Math.floor(now / tickMs) * tickMs) / 1000;
  if (typeof file === "number") real.futimesSync(file, seconds, seconds);
  else if (real.existsSync(file)) real.utimesSync(file, seconds, seconds);
}
