import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** @typedef {import("./log-stream.js").LogStream} LogStream */
/** @typedef {import("./random.js").Random} Random */
/**
 * Rotates in steps, between which anything may happen but a write of the server's.
 *
 * @typedef {(log: LogStream, random: Random) => Generator<void, void>} Rotation
 */

/**
 * The ways of rotating after which every byte is still somewhere on the disk: allowed at any instant, whether the daemon
 * runs or not.
 */
export const keepingWays = /** @satisfies {Readonly<Record<string, Rotation>>} */ ({
  *rename(log) {
    yield* log.shift();
    yield* rename(log, ".1");
    log.finish(log.reopen(), 0);
  },
  *"rename-dated"(log) {
    yield* rename(log, `-${date(log)}`);
    log.finish(log.reopen(), 0);
  },
  // The server is told to reopen its log only after a while.
  *"rename-late"(log, random) {
    yield* log.shift();
    yield* rename(log, ".1");
    log.append(random.whole(1, 3));
    yield;
    const old = log.reopen();
    yield;
    log.append(random.whole(1, 3));
    yield;
    log.finish(old, random.whole(0, 3));
  },
  *"rename-compress"(log) {
    yield* log.shift();
    yield* rename(log, ".1");
    log.finish(log.reopen(), 0);
    yield;
    yield* compress(`${log.path}.1`);
  },
  *"rename-compress-later"(log) {
    yield* log.shift();
    yield* compress(`${log.path}.2`);
    yield* rename(log, ".1");
    log.finish(log.reopen(), 0);
  },
  *copytruncate(log, random) {
    yield* log.shift();
    yield* copy(log, ".1", random);
    truncateSync(log.path);
  },
  *"copytruncate-dated"(log, random) {
    yield* copy(log, `-${date(log)}`, random);
    truncateSync(log.path);
  },
  *"copytruncate-compress"(log, random) {
    yield* log.shift();
    yield* copy(log, ".1", random);
    truncateSync(log.path);
    yield;
    yield* compress(`${log.path}.1`);
  },
  *"copy-remove"(log, random) {
    yield* log.shift();
    yield* copy(log, ".1", random);
    rmSync(log.path);
    yield;
    log.finish(log.reopen(), 0);
  },
  *symlink(log) {
    log.target = join(log.dir, `target-${date(log)}`);
    closeSync(openSync(log.target, "a"));
    yield;
    symlinkSync(log.target, `${log.path}.next`);
    renameSync(`${log.path}.next`, log.path);
    yield;
    log.finish(log.reopen(), 0);
  },
});

/**
 * The ways after which bytes are gone: allowed only once they are counted and committed. No program can read what is no
 * longer there.
 *
 * @type {Readonly<Record<string, Rotation>>}
 */
export const losingWays = {
  *"delete-recreate"(log) {
    rmSync(log.path);
    yield;
    log.finish(log.reopen(), 0);
  },
  *truncate(log) {
    truncateSync(log.path);
    yield;
  },
};

/**
 * `copytruncate` by a slow hand, its first half: what is written behind the copy must be counted and committed before
 * `truncateAtLast`, and is gone then, so that the copy is less than what was counted.
 *
 * @param {LogStream} log @param {Random} random @returns {Generator<void, void>}
 */
export function* copyAtFirst(log, random) {
  // Enough that the copy is known by what it holds, though nobody looks before the truncation.
  log.append(random.whole(15, 30));
  yield* log.shift();
  yield* copy(log, ".1", random);
  log.append(random.whole(1, 5));
}

/** Its second half. @param {LogStream} log @param {Random} random @returns {Generator<void, void>} */
export function* truncateAtLast(log, random) {
  truncateSync(log.path);
  yield;
  if (random.chance(0.5)) yield* compress(`${log.path}.1`);
}

/** @param {LogStream} log @param {string} mark @returns {Generator<void, void>} */
function* rename(log, mark) {
  renameSync(log.path, `${log.path}${mark}`);
  yield;
}

/** As `cp` does it: in parts, when the file is long. @param {LogStream} log @param {string} mark @param {Random} random @returns {Generator<void, void>} */
function* copy(log, mark, random) {
  const bytes = readFileSync(log.path);
  const fd = openSync(`${log.path}${mark}`, "w");
  yield;
  const part = random.chance(0.3) ? Math.floor(bytes.length * random.next()) : 0;
  if (part > 0) {
    writeSync(fd, bytes.subarray(0, part));
    yield;
  }
  writeSync(fd, bytes.subarray(part));
  closeSync(fd);
  yield;
}

/** A date of its own for each rotation. @param {LogStream} log */
function date(log) {
  const start = Date.UTC(2026, 0, 1);
  return new Date(start + log.rotations * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
}

/**
 * As gzip does it: the file is there until the compressed one is whole, which takes over its times. Does nothing without it.
 *
 * @param {string} path @returns {Generator<void, void>}
 */
function* compress(path) {
  if (!existsSync(path) || existsSync(`${path}.gz`)) return;
  const bytes = gzipSync(readFileSync(path));
  const fd = openSync(`${path}.gz`, "w");
  yield;
  const half = Math.floor(bytes.length / 2);
  writeSync(fd, bytes.subarray(0, half));
  yield;
  writeSync(fd, bytes.subarray(half));
  closeSync(fd);
  yield;
  const { atime, mtime } = statSync(path);
  utimesSync(`${path}.gz`, atime, mtime);
  yield;
  rmSync(path);
  yield;
}
