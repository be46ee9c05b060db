import {
  closeSync,
  copyFileSync,
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
/** @typedef {(log: LogStream, random: Random) => void} Rotation */

/**
 * The ways of rotating after which every byte is still somewhere on the disk: allowed at any instant, whether the daemon
 * runs or not.
 */
export const keepingWays = /** @satisfies {Readonly<Record<string, Rotation>>} */ ({
  rename: (log) => {
    log.shift();
    renameSync(log.path, `${log.path}.1`);
    log.finish(log.reopen(), 0);
  },
  "rename-dated": (log) => {
    renameSync(log.path, `${log.path}-${date(log)}`);
    log.finish(log.reopen(), 0);
  },
  // The server is told to reopen its log only after a while.
  "rename-late": (log, random) => {
    log.shift();
    renameSync(log.path, `${log.path}.1`);
    log.append(random.whole(1, 3));
    const old = log.reopen();
    log.append(random.whole(1, 3));
    log.finish(old, random.whole(0, 3));
  },
  "rename-compress": (log) => {
    log.shift();
    renameSync(log.path, `${log.path}.1`);
    log.finish(log.reopen(), 0);
    compress(`${log.path}.1`);
  },
  "rename-compress-later": (log) => {
    log.shift();
    compress(`${log.path}.2`);
    renameSync(log.path, `${log.path}.1`);
    log.finish(log.reopen(), 0);
  },
  copytruncate: (log) => {
    log.shift();
    copyFileSync(log.path, `${log.path}.1`);
    truncateSync(log.path);
  },
  "copytruncate-dated": (log) => {
    copyFileSync(log.path, `${log.path}-${date(log)}`);
    truncateSync(log.path);
  },
  "copytruncate-compress": (log) => {
    log.shift();
    copyFileSync(log.path, `${log.path}.1`);
    truncateSync(log.path);
    compress(`${log.path}.1`);
  },
  symlink: (log) => {
    log.target = join(log.dir, `target-${date(log)}`);
    closeSync(openSync(log.target, "a"));
    symlinkSync(log.target, `${log.path}.next`);
    renameSync(`${log.path}.next`, log.path);
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
  "delete-recreate": (log) => {
    rmSync(log.path);
    log.finish(log.reopen(), 0);
  },
  truncate: (log) => {
    truncateSync(log.path);
  },
};

/** A date of its own for each rotation. @param {LogStream} log */
function date(log) {
  const start = Date.UTC(2026, 0, 1);
  return new Date(start + log.rotations * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
}

/** As gzip does it: the file is there until the compressed one is whole, which takes over its times. Does nothing without it. @param {string} path */
function compress(path) {
  if (!existsSync(path) || existsSync(`${path}.gz`)) return;
  const bytes = gzipSync(readFileSync(path));
  const fd = openSync(`${path}.gz`, "w");
  const half = Math.floor(bytes.length / 2);
  writeSync(fd, bytes.subarray(0, half));
  writeSync(fd, bytes.subarray(half));
  closeSync(fd);
  const { atime, mtime } = statSync(path);
  utimesSync(`${path}.gz`, atime, mtime);
  rmSync(path);
}
