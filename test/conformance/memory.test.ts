import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
const megabyte = 1024 * 1024;
/** By how much the peak may grow (bytes): the play of the heap, and half of the smallest input. */
const play = 150 * megabyte;

let solo: Solo;
afterEach(() => {
  rmSync(solo.dir, { recursive: true, force: true });
});

/** The most memory that a process has had at any time (bytes). */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

function append(path: string, block: Buffer, times: number): void {
  const fd = openSync(path, "a");
  for (let time = 0; time < times; time++) writeSync(fd, block);
  closeSync(fd);
}

/** A rotated file that is found compressed, whole from the first. */
function appearCompressed(folder: LogFolder, part: Buffer, times: number, end = Buffer.alloc(0)): void {
  append(folder.path("archive.new"), part, times);
  append(folder.path("archive.new"), end, 1);
  renameSync(folder.path("archive.new"), folder.path("app.log.1.gz"));
}

const longPart = Buffer.alloc(4 * megabyte, "x");

/** What is written after the first few lines. */
const inputs: Readonly<Record<string, (folder: LogFolder) => Promise<void> | void>> = {
  "a hole of 300 MB, with lines behind it": (folder) => {
    const path = folder.path("hole.log");
    appendFileSync(path, "");
    truncateSync(path, 300 * megabyte);
    folder.write(5, path);
  },
  "a line of 300 MB": (folder) => {
    const path = folder.path("long.log");
    append(path, longPart, 75);
    appendFileSync(path, "\n");
    folder.write(5, path);
  },
  "300 MB that have no newline yet": async (folder) => {
    const path = folder.path("long.log");
    append(path, longPart, 75);
    await solo.shows(`source_lag_bytes{source="model",file="${path}"} ${75 * longPart.length}\n`);
    await solo.shows(`source_lag_seconds{source="model",file="${path}"} 0\n`);
  },
  "a backlog of 300 MB": (folder) => {
    append(folder.path("backlog.log"), folder.block(4000, 75, 900), 75);
  },
  "a compressed line of 1 GB": (folder) => {
    appearCompressed(folder, gzipSync(longPart), 256, gzipSync(`\n${folder.outcomes.lines(5)}`));
  },
  "300 MB of compressed lines": (folder) => {
    appearCompressed(folder, gzipSync(folder.block(10_000, 90, 220)), 90);
  },
};

describe("the daemon needs no more memory than for a few lines", () => {
  test.each(Object.keys(inputs))(
    "for %s",
    async (name) => {
      solo = new Solo(root);
      await solo.begin(5);
      const before = peakOf(solo.daemon.pid);
      await inputs[name]?.(solo.folder);
      await solo.settled();
      expect(peakOf(solo.daemon.pid) - before).toBeLessThan(play);
      expect(await solo.stop()).toBe(0);
    },
    180_000,
  );
});
