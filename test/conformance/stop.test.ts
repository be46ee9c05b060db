import { appendFileSync, renameSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
const blocks = 90;
const linesOfBlock = 10_000;

/** What takes the daemon longer to read, on most machines, than it goes on reading when it stops. */
const backlogs: Readonly<Record<string, (folder: LogFolder) => void>> = {
  "a file": (folder) => {
    const block = folder.block(linesOfBlock, blocks, 200);
    for (let time = 0; time < blocks; time++) appendFileSync(folder.app, block);
  },
  "many files": (folder) => {
    const block = folder.block(linesOfBlock, blocks, 200);
    for (let time = 0; time < blocks; time++) appendFileSync(folder.path(`app-${time}.log`), block);
  },
  "a compressed file": (folder) => {
    const block = gzipSync(folder.block(linesOfBlock, blocks, 200));
    for (let time = 0; time < blocks; time++) appendFileSync(folder.path("archive.new"), block);
    renameSync(folder.path("archive.new"), folder.path("old.gz"));
  },
};

test.each(Object.keys(backlogs))(
  "SIGTERM ends the daemon while it reads %s, long before that is read: what it counted is committed, and each line counts once",
  async (name) => {
    const solo = new Solo(root, ["*.log", "*.gz"]);
    const read = async (): Promise<number> => (await solo.metric('lines_total{source="model"}')) ?? 0;
    backlogs[name]?.(solo.folder);
    await solo.start();
    const before = await eventually(read, "it reads");
    expect(await solo.stop("SIGTERM")).toBe(0);
    await solo.start();
    await solo.settled();
    const afterwards = await read();
    expect(afterwards).toBeGreaterThan(0);
    expect(afterwards).toBeLessThanOrEqual(blocks * linesOfBlock - before);
    await solo.stop();
    rmSync(solo.dir, { recursive: true });
  },
  180_000,
);
