import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { SmallDisk } from "./small-disk.ts";
import { Solo } from "./solo.ts";

const root = tempDir();

/** Only what was written down can tell of what is gone from the logs. */
async function restartWithoutTheLog(solo: Solo, through: readonly string[] = []): Promise<void> {
  await solo.stop("SIGKILL");
  rmSync(solo.folder.app);
  solo.folder.write(3);
  await solo.start(...through);
  await solo.settled();
}

async function isServing(solo: Solo): Promise<void> {
  expect((await solo.daemon.get("/-/healthy")).status).toBe(200);
  await solo.until(async () => (await solo.daemon.get("/-/ready")).status === 200, "it is ready");
  expect((await solo.daemon.get("/metrics")).status).toBe(200);
}

describe("the disk is full", () => {
  test("the disk fills up while it runs: serving goes on, the fault is seen, and commits resume by themselves", async () => {
    const solo = new Solo(root);
    const disk = await SmallDisk.on(solo.state);
    await solo.begin(5, ...disk.enter);

    disk.fill();
    for (let time = 0; time < 3; time++) {
      solo.folder.write(300);
      await solo.settled();
    }
    await solo.says("cannot write the state; will retry");
    expect(await solo.metric("checkpoint_errors_total")).toBeGreaterThan(0);
    await isServing(solo);

    disk.clear();
    await solo.says("state is written again");
    await solo.committed();
    await restartWithoutTheLog(solo, disk.enter);
    expect(await solo.stop()).toBe(0);
    await disk.stop();
  });

  test.concurrent.each([
    { of: "room", state: "there is state", dir: "" },
    { of: "name", state: "there is state", dir: "" },
    { of: "room", state: "there is none yet", dir: "" },
    { of: "name", state: "there is not even a directory", dir: "state" },
  ] as const)(
    "at the start, no $of is free, and $state: it serves, the fault is seen, and it commits once it can",
    async (row) => {
      const solo = new Solo(root);
      const disk = await SmallDisk.on(solo.state);
      const through = [...disk.enter];
      if (row.state === "there is state") {
        await solo.begin(40, ...through);
        await solo.stop("SIGKILL");
        rmSync(solo.folder.app);
      }
      solo.folder.write(40);
      disk.fill(row.of);
      await solo.startIn(join(solo.state, row.dir), ...through);
      await solo.settled();
      await isServing(solo);
      await solo.says("disk full: the state is kept in memory until it can be written");
      await solo.says("cannot write the state; will retry");
      expect(await solo.metric("checkpoint_errors_total")).toBeGreaterThan(0);
      expect(await solo.metric("checkpoint_timestamp_seconds")).toBe(0);
      // A reload asks for the state once more.
      solo.daemon.kill("SIGHUP");
      await solo.says("config reloaded");
      solo.folder.rotate();
      solo.folder.write(5);
      await solo.settled();

      disk.clear();
      await solo.says("state is written again");
      await solo.committed();
      expect(await solo.metric("checkpoint_errors_total")).toBeGreaterThan(0);
      await solo.stop("SIGKILL");
      rmSync(solo.folder.app);
      rmSync(solo.folder.path("app.log.1"));
      solo.folder.write(3);
      await solo.startIn(join(solo.state, row.dir), ...through);
      await solo.settled();
      expect(solo.log).not.toContain("set aside");
      expect(await solo.stop()).toBe(0);
      await disk.stop();
    },
  );

  test("the disk is full at the start, and the state cannot be read without room: it refuses, and says why", async () => {
    const solo = new Solo(root);
    const disk = await SmallDisk.on(solo.state);
    await solo.begin(5, ...disk.enter);
    await solo.stop("SIGKILL");
    rmSync(disk.path("store/state.mdb-lock"));
    disk.fill();
    await expect(solo.start(...disk.enter)).rejects.toThrow(
      /ended with 1:[^]*no room for its lock file\n +free disk space/u,
    );
    disk.clear();
    await solo.start(...disk.enter);
    await solo.settled();
    await disk.stop();
  });
});

describe("the state directory", () => {
  test("a state directory that is removed is made and written again, and nothing fails", async () => {
    const solo = new Solo(root);
    await solo.begin(5);
    rmSync(solo.state, { recursive: true });
    solo.folder.write(5);
    await solo.settled();
    await solo.says("the state directory was removed; recreating it");
    await solo.committed();
    expect(existsSync(join(solo.state, "store/state.mdb"))).toBe(true);
    expect(await solo.metric("checkpoint_errors_total")).toBe(0);
    await isServing(solo);
    await restartWithoutTheLog(solo);
  });

  test("a state directory that is removed and cannot be made again is a fault that is seen, until it can", async () => {
    const solo = new Solo(root);
    await solo.begin(5);
    renameSync(solo.state, join(solo.dir, "away"));
    writeFileSync(solo.state, "");
    solo.folder.write(5);
    await solo.settled();
    await solo.says("cannot write the state; will retry");
    const before = (await solo.metric("checkpoint_errors_total")) ?? 0;
    expect(before).toBeGreaterThan(0);
    await isServing(solo);
    await solo.until(async () => ((await solo.metric("checkpoint_errors_total")) ?? 0) > before, "it goes on trying");
    rmSync(solo.state);
    await solo.says("state is written again");
    await solo.committed();
    await restartWithoutTheLog(solo);
  });
});
