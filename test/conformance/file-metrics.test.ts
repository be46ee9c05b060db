import { appendFileSync, chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import type { LogFolder } from "./log-folder.ts";
import { asNobody, bound } from "./nobody.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
chmodSync(root, 0o755);

/** What happens to the logs one after another, and how many files are followed, were rotated and truncated by then. */
const happenings: readonly [what: string, act: (folder: LogFolder) => void, counts: [number, number, number]][] = [
  ["two files are there", (folder) => folder.write(5, folder.path("other.log")), [2, 0, 0]],
  ["one is renamed", (folder) => folder.rotate(), [2, 1, 0]],
  ["a new one takes its path", (folder) => folder.write(5), [3, 1, 0]],
  ["one is truncated", (folder) => writeFileSync(folder.path("other.log"), ""), [3, 1, 1]],
  ["it is written to again", (folder) => folder.write(3, folder.path("other.log")), [3, 1, 1]],
  [
    "it is written anew, with more",
    (folder) => writeFileSync(folder.path("other.log"), folder.outcomes.lines(9)),
    [3, 1, 2],
  ],
  ["one is truncated after a copy, which is followed", (folder) => folder.copyTruncate(), [4, 1, 3]],
  [
    "the renamed one is deleted, and one at its path; they are let go after 5 s",
    (folder) => ["app.log.2", "other.log"].forEach((name) => rmSync(folder.path(name))),
    [2, 2, 3],
  ],
];

describe("the counts of files", () => {
  test("the counts of files are of those that are followed, that left their path, and that were truncated", async () => {
    const solo = new Solo(root);
    solo.folder.write(5);
    await solo.start();
    for (const [what, act, [followed, rotations, truncations]] of happenings) {
      act(solo.folder);
      await solo.settled();
      for (const series of [
        `files{source="model"} ${followed}\n`,
        `file_rotations_total{source="model"} ${rotations}\n`,
        `file_truncations_total{source="model"} ${truncations}\n`,
      ]) {
        await solo.shows(series).catch(async (error: unknown) => {
          const { body } = await solo.daemon.get("/metrics");
          const lines = body.split("\n").filter((line) => /^model_quality_exporter_(?:file|source_lag)/u.test(line));
          throw new Error([`${what}: ${String(error)}`, ...lines].join("\n"));
        });
      }
    }
  });
});

describe("the lag of a file", () => {
  const seconds = (solo: Solo, path: string): Promise<number | undefined> =>
    solo.metric(`source_lag_seconds{source="model",file="${path}"}`);
  const bytes = (solo: Solo, path: string): Promise<number | undefined> =>
    solo.metric(`source_lag_bytes{source="model",file="${path}"}`);

  /** The lag in seconds grows on. */
  async function grows(solo: Solo, path: string): Promise<void> {
    const before = (await seconds(solo, path)) ?? Number.NaN;
    expect(before).toBeGreaterThan(0);
    await eventually(async () => ((await seconds(solo, path)) ?? 0) > before, "the lag grows");
  }

  test("lag is the beginning of a line, until the line is whole", async () => {
    const solo = new Solo(root);
    solo.folder.write(5);
    const line = solo.folder.outcomes.next();
    appendFileSync(solo.folder.app, line);
    await solo.start();
    await solo.folder.unread(line.length);
    expect(await seconds(solo, solo.folder.app)).toBe(0);
    appendFileSync(solo.folder.app, "\n");
    await solo.folder.unread(0);
    expect(await seconds(solo, solo.folder.app)).toBe(0);
  });

  test.each(["secret.log", "secret.log.gz"])("is all of %s while it may not be read", async (name) => {
    const solo = bound(root, ["*.log", "*.gz"]);
    const path = solo.folder.path(name);
    solo.folder.write(5);
    solo.folder.write(5, solo.folder.path("secret.log"));
    if (name.endsWith(".gz")) solo.folder.gzip("secret.log");
    chmodSync(path, 0);
    await solo.start(...asNobody);
    await solo.folder.unread(statSync(path).size, path);
    await grows(solo, path);
    expect(await bytes(solo, solo.folder.app)).toBe(0);
    chmodSync(path, 0o644);
    await solo.settled();
    await solo.folder.unread(0, path);
    expect(await seconds(solo, path)).toBe(0);
  });

  test("lag is what was written to a file while it is not readable", async () => {
    const solo = bound(root);
    solo.folder.write(5);
    await solo.start(...asNobody);
    await solo.settled();
    await solo.stop();
    const before = statSync(solo.folder.app).size;
    chmodSync(solo.folder.app, 0);
    solo.folder.write(5);
    await solo.start(...asNobody);
    await solo.folder.unread(statSync(solo.folder.app).size - before);
    await grows(solo, solo.folder.app);
    chmodSync(solo.folder.app, 0o644);
    await solo.settled();
    await solo.folder.unread(0);
    expect(await seconds(solo, solo.folder.app)).toBe(0);
  });

  test("lag is not known, and not shown, where a folder cannot be searched", async () => {
    const solo = bound(root, ["deep/*.log"]);
    mkdirSync(solo.folder.path("deep"));
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    chmodSync(solo.folder.path("deep"), 0);
    await solo.start(...asNobody);
    await solo.folder.failed("EACCES");
    await solo.says(/cannot follow the path/u);
    expect((await solo.daemon.get("/metrics")).body).not.toContain(',file="');
    chmodSync(solo.folder.path("deep"), 0o755);
    await solo.settled();
  });
});

test("a file that comes to the path of one that could not be read, once that is gone, is read from its start", async () => {
  const solo = bound(root, ["*.log"], { startAt: "end" });
  writeFileSync(solo.folder.app, "old\n");
  chmodSync(solo.folder.app, 0);
  await solo.start(...asNobody);
  await solo.says(/permission denied/u);
  rmSync(solo.folder.app);
  await eventually(
    async () => (await solo.metric(`source_lag_bytes{source="model",file="${solo.folder.app}"}`)) === undefined,
    "it is known that the file is gone",
  );
  solo.folder.write(5);
  await solo.settled();
});
