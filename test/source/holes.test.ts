import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
const gigabyte = 2 ** 30;

/** A log of lines, and one with a hole. */
function logs(beforeHole: string, size: number): { readonly dir: string; readonly log: string; readonly hole: string } {
  const dir = mkdtempSync(join(base, "t-"));
  const [log, hole] = [join(dir, "app.log"), join(dir, "hole.log")];
  writeFileSync(log, "1\n2\n");
  writeFileSync(hole, beforeHole);
  truncateSync(hole, size);
  return { dir, log, hole };
}

/** Time of all cores that a process has taken, in ms; the kernel counts in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const kinds = [
  { what: "at the start of a file", before: "" },
  { what: "within a line", before: "x" },
];

describe.each(kinds)("a hole $what", ({ before }) => {
  test("holds the others back only for a while", async () => {
    const { log, hole } = logs(before, 900 * gigabyte);
    await withTail({ files: [log, hole], endlessMs: 300 }, async (bed) => {
      await bed.tail.caughtUp;
      expect(bed.lines).toEqual(["1", "2"]);
      expect(bed.log.join("")).toContain("ready without it");
      appendFileSync(log, "3\n");
      await bed.expectLines(["1", "2", "3"]);
    });
  });

  test("does not take a core", async () => {
    const { dir } = logs(before, 900 * gigabyte);
    const config = join(dir, "config.json");
    writeFileSync(config, JSON.stringify({ sources: [{ files: ["*.log"] }] }));
    const daemon = await Daemon.start(["--config", config, "--state", join(dir, "state")]);
    // What the start takes is over by then.
    await sleep(1500);
    const [began, cpu] = [performance.now(), cpuMs(daemon.pid)];
    await sleep(2000);
    expect(cpuMs(daemon.pid) - cpu).toBeLessThan((performance.now() - began) / 2);
    await daemon.stop();
  });

  test("counts as nothing or as one line that is too long, and what follows it is read", async () => {
    const { hole } = logs(before, gigabyte / 4);
    appendFileSync(hole, "\n1\n");
    await withTail({ files: [hole] }, async (bed) => {
      await bed.tail.caughtUp;
      expect(bed.lines.filter((line) => line !== "")).toEqual(["1"]);
      expect(bed.skipped).toHaveLength(before === "" ? 0 : 1);
    });
  });
});

test("lines behind 5 GB are read, where it begins at the end", async () => {
  const { hole } = logs("", 5 * gigabyte);
  await withTail({ files: [hole], startAt: "end" }, async (bed) => {
    await bed.tail.caughtUp;
    appendFileSync(hole, "1\n2\n");
    await bed.expectLines(["1", "2"]);
  });
});

test("a backlog that gives lines is waited for, however long it takes", async () => {
  const dir = mkdtempSync(join(base, "t-"));
  const path = join(dir, "app.log");
  const line = `${"x".repeat(200)}\n`;
  writeFileSync(path, line.repeat(100_000));
  await withTail({ files: [path], endlessMs: 50 }, async (bed) => {
    await bed.tail.caughtUp;
    expect(bed.lines).toHaveLength(100_000);
  });
});
