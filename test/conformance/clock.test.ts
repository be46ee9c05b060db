import { appendFileSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { SetClock } from "./set-clock.ts";
import { Solo } from "./solo.ts";

const root = tempDir();

/** What the window of five minutes holds. */
async function inFiveMinutes(solo: Solo): Promise<number> {
  const { body } = await solo.daemon.get("/metrics");
  return Number(/^model_quality_samples\{[^}]*window="5m"\} (\d+)$/mu.exec(body)?.[1]);
}

/** Waits until what is counted is on the disk, whatever the daemon's clock says. */
async function committed(solo: Solo): Promise<void> {
  // The first commit that is seen may have been begun before.
  for (let commits = 0; commits < 2; commits++) {
    const before = await solo.metric("checkpoint_timestamp_seconds");
    await solo.until(async () => (await solo.metric("checkpoint_timestamp_seconds")) !== before, "a commit");
  }
}

/** Rotates, copies and truncates, compresses, and adds a file; gives how many lines that were. */
async function rotateInEveryWay(solo: Solo): Promise<number> {
  const { folder } = solo;
  const before = folder.outcomes.written;
  folder.write(3);
  folder.rotate();
  folder.write(3);
  await solo.settled();
  folder.write(3);
  folder.copyTruncate();
  folder.write(3);
  await solo.settled();
  folder.write(3);
  folder.rotate();
  folder.gzip("app.log.1");
  folder.write(3);
  folder.write(3, folder.path("other.log"));
  await solo.settled();
  return folder.outcomes.written - before;
}

describe("while the daemon runs, the clock is set", () => {
  const hour = 3600;
  test.concurrent.each([
    // What was counted before, by a clock that was ahead, stays in the window: its panes have not left.
    { way: "back", seconds: -hour, during: (wrong: number) => 40 + wrong, after: () => 40 },
    // What has left it by a wrong clock comes back.
    { way: "forward", seconds: hour, during: (wrong: number) => wrong, after: (wrong: number) => 40 + wrong },
  ])(
    "$way an hour and then right again: each line counts once, over a kill, and windows go by the clock",
    async (row) => {
      const solo = new Solo(root, ["*.log"], {}, { windows: [{ last: 1_000_000 }, "5m"] });
      const clock = new SetClock(join(solo.dir, "clock"));
      solo.folder.write(40);
      await solo.start(...clock.through);
      await solo.settled();
      expect(await inFiveMinutes(solo)).toBe(40);

      clock.set(row.seconds);
      const wrong = await rotateInEveryWay(solo);
      expect(await inFiveMinutes(solo)).toBe(row.during(wrong));
      await solo.shows("clock_steps_total 1");
      await committed(solo);

      clock.set(0);
      const right = await rotateInEveryWay(solo);
      expect(await inFiveMinutes(solo)).toBe(row.after(wrong) + right);
      await committed(solo);

      await solo.stop("SIGKILL");
      clock.set(-row.seconds);
      solo.folder.write(3);
      solo.folder.rotate();
      solo.folder.write(3);
      await solo.start(...clock.through);
      await solo.settled();
      await rotateInEveryWay(solo);
      await committed(solo);
      expect(await solo.metric("checkpoint_errors_total")).toBe(0);
      expect(await solo.stop()).toBe(0);
    },
  );

  test.concurrent.each([
    { way: "25 hours forward", seconds: 25 * hour, isKilled: false },
    { way: "25 hours forward", seconds: 25 * hour, isKilled: true },
    { way: "24 hours back", seconds: -24 * hour, isKilled: false },
    { way: "24 hours back", seconds: -24 * hour, isKilled: true },
  ])(
    "$way for two seconds, killed in between: $isKilled; no outcome leaves its window of a day, and no key is forgotten",
    async ({ seconds, isKilled }) => {
      const fields = { model: { value: "m" }, predicted: "p", actual: "a", time: "t", id: "id" };
      const solo = new Solo(root, ["*.log"], { fields }, { windows: ["24h"], join: { within: "24h" } });
      const clock = new SetClock(join(solo.dir, "clock"));
      let id = 0;
      const write = (count: number, half: object = { p: "a", a: "b" }): void => {
        // The clocks of others are right.
        const lines = Array.from({ length: count }, () =>
          JSON.stringify({ t: Date.now() / 1000, id: `${id++}`, ...half }),
        );
        appendFileSync(solo.folder.path("timed.log"), lines.map((line) => `${line}\n`).join(""));
      };
      const shows = (samples: number): Promise<void> =>
        solo.shows(new RegExp(`^model_quality_samples\\{[^}]*window="24h"\\} ${samples}$`, "mu"));
      write(1000);
      write(1, { p: "a" });
      await solo.start(...clock.through);
      await shows(1000);
      await committed(solo);

      clock.set(seconds);
      await solo.says("the wall clock was set");
      write(5);
      await solo.until(async () => (await solo.metric("clock_steps_total")) === 1, "the step is counted");
      await solo.shows(/^model_quality_outcomes_total\{[^}]*\} 1005$/mu);
      await committed(solo);
      if (isKilled) {
        await solo.stop("SIGKILL");
        await solo.start(...clock.through);
        await solo.shows(/^model_quality_outcomes_total\{[^}]*\} 1005$/mu);
      }

      clock.set(0);
      await solo.until(async () => (await solo.metric("clock_steps_total")) === (isKilled ? 1 : 2), "is right again");
      // The prediction that waited has its label, and what came again counts once.
      id = 1000;
      write(1, { a: "b" });
      id = 0;
      write(1);
      await shows(1006);
      expect(await solo.stop()).toBe(0);
    },
  );

  test("the clock is set back to before the last change of the logs' folder: it is not searched again and again", async () => {
    const solo = new Solo(root);
    for (let file = 0; file < 20; file++) solo.folder.write(50, solo.folder.path(`${file}.log`));
    await solo.start();
    await solo.settled();
    const reads = (): number =>
      Number(/^syscr: (\d+)$/mu.exec(readFileSync(`/proc/${solo.daemon.pid}/io`, "utf8"))?.[1]);
    solo.folder.rotate("1.log");
    solo.folder.write(1, solo.folder.path("1.log"));
    const later = Date.now() / 1000 + 3600;
    utimesSync(solo.folder.dir, later, later);
    await solo.settled();
    const before = reads();
    const begun = performance.now();
    await sleep(1500);
    const searches = (performance.now() - begun) / 1000;
    // Each search reads most files once at most; doubts without end would read them at each of fifty looks a second.
    expect((reads() - before) / searches).toBeLessThan(12 * 20);
  });
});
