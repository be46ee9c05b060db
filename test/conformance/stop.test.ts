import { appendFileSync, renameSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
const linesOfBlock = 10_000;

/** What the daemon has to read, in so many blocks. */
const backlogs: Readonly<Record<string, (folder: LogFolder, blocks: number) => void>> = {
  "a file": (folder, blocks) => {
    const block = folder.block(linesOfBlock, blocks, 200);
    for (let time = 0; time < blocks; time++) appendFileSync(folder.app, block);
  },
  "many files": (folder, blocks) => {
    const block = folder.block(linesOfBlock, blocks, 200);
    for (let time = 0; time < blocks; time++) appendFileSync(folder.path(`app-${time}.log`), block);
  },
  "a compressed file": (folder, blocks) => {
    const block = gzipSync(folder.block(linesOfBlock, blocks, 200));
    for (let time = 0; time < blocks; time++) appendFileSync(folder.path("archive.new"), block);
    renameSync(folder.path("archive.new"), folder.path("old.gz"));
  },
};

/** Stops a daemon that has begun to read a backlog, and starts it again; how many lines were left for the second one. */
async function leftByStop(write: (folder: LogFolder) => void, lines: number): Promise<number> {
  const solo = new Solo(root, ["*.log", "*.gz"]);
  const read = async (): Promise<number> => (await solo.metric('lines_total{source="model"}')) ?? 0;
  write(solo.folder);
  await solo.start();
  const before = await eventually(read, "it reads");
  expect(await solo.stop("SIGTERM")).toBe(0);
  await solo.start();
  await solo.settled();
  const left = await read();
  expect(left).toBeLessThanOrEqual(lines - before);
  await solo.stop();
  rmSync(solo.dir, { recursive: true });
  return left;
}

test.each(Object.entries(backlogs))(
  "SIGTERM ends the daemon while it reads %s, long before that is read: what it counted is committed, and each line counts once",
  async (_name, write) => {
    let left = 0;
    // What a fast machine has read before the signal comes says nothing: the next backlog is longer.
    for (let blocks = 90; left === 0 && blocks <= 360; blocks *= 2) {
      left = await leftByStop((folder) => {
        write(folder, blocks);
      }, blocks * linesOfBlock);
    }
    expect(left).toBeGreaterThan(0);
  },
  180_000,
);
