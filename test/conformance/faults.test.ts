import { chmodSync, copyFileSync, mkdirSync, renameSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Program } from "../support/program.ts";
import { tempDir } from "../support/temp.ts";
import { asNobody, bound } from "./nobody.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
chmodSync(root, 0o755);

/** A namespace in which a limit of the system is another one; nobody else notices. */
function limited(file: string, limit: number): string[] {
  return ["unshare", "--map-root-user", "sh", "-c", `echo ${limit} > /proc/sys/user/${file} && exec "$@"`, "sh"];
}

describe("a file", () => {
  test("a file without read permission is named, and read from its start once it has it", async () => {
    const solo = bound(root);
    solo.folder.write(5);
    solo.folder.write(5, solo.folder.path("secret.log"));
    chmodSync(solo.folder.path("secret.log"), 0);
    await solo.start(...asNobody);
    await solo.folder.failed("EACCES");
    await solo.says(/secret\.log.*permission denied/u);
    chmodSync(solo.folder.path("secret.log"), 0o644);
    await solo.settled();
    // What is open is read on.
    const fd = solo.folder.open(solo.folder.path("secret.log"));
    chmodSync(solo.folder.path("secret.log"), 0);
    solo.folder.writeTo(fd, 5);
    await solo.settled();
    await solo.committed();
    await solo.stop("SIGKILL");
    solo.folder.writeTo(fd, 5);
    solo.folder.close(fd);
    await solo.start(...asNobody);
    await solo.folder.failed("EACCES");
    await solo.says(/secret\.log.*permission denied/u);
    chmodSync(solo.folder.path("secret.log"), 0o644);
    await solo.settled();
  });

  test("a truncated file is read on, though its copy is not readable any more", async () => {
    const solo = bound(root, ["*"]);
    const { folder } = solo;
    folder.write(50);
    await solo.start(...asNobody);
    await solo.settled();
    copyFileSync(folder.app, folder.path("app.log.bak"));
    // What is found later is decided later.
    folder.write(1, folder.path("other.log"));
    await solo.settled();
    chmodSync(folder.path("app.log.bak"), 0);
    folder.copyTruncate();
    folder.write(5);
    await solo.settled();
    folder.write(5);
    await solo.settled();
  });

  test("a file in a folder that cannot be listed is named, and read once it can", async () => {
    const solo = bound(root, ["*/*.log"], {}, { limits: { maxFiles: 5000 } });
    mkdirSync(solo.folder.path("deep"));
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    chmodSync(solo.folder.path("deep"), 0);
    await solo.start(...asNobody);
    await solo.folder.failed("EACCES");
    await solo.says(/logs\/deep.*permission denied/u);
    chmodSync(solo.folder.path("deep"), 0o755);
    await solo.settled();
  });

  test("a file in a folder that cannot be searched is read once it can", async () => {
    const solo = bound(root, ["deep/*.log"]);
    mkdirSync(solo.folder.path("deep"));
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    await solo.start(...asNobody);
    await solo.settled();
    const fd = solo.folder.open(solo.folder.path("deep/app.log"));
    chmodSync(solo.folder.path("deep"), 0);
    await solo.says(/deep\/app\.log.*permission denied/u);
    solo.folder.writeTo(fd, 5);
    solo.folder.close(fd);
    chmodSync(solo.folder.path("deep"), 0o755);
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    await solo.settled();
  });
});

describe("many files", () => {
  test("5,000 files are read with far fewer descriptors: each line counts once, over a kill", async () => {
    const solo = new Solo(root, ["*/*.log"], {}, { limits: { maxFiles: 5000 } });
    const paths: string[] = [];
    for (let folder = 0; folder < 50; folder++) {
      mkdirSync(solo.folder.path(String(folder)));
      for (let file = 0; file < 100; file++) paths.push(solo.folder.path(`${folder}/${file}.log`));
    }
    for (const path of paths) solo.folder.write(1, path);
    await solo.start("prlimit", "--nofile=512");
    await solo.settled();
    for (const path of paths) solo.folder.write(1, path);
    await solo.settled();
    await solo.stop("SIGKILL");
    for (const path of paths.slice(0, 1000)) solo.folder.write(1, path);
    await solo.start("prlimit", "--nofile=512");
    await solo.settled();
    expect(await solo.metric('files{source="model"}')).toBe(5000);
  }, 180_000);

  test.each([
    { limit: "max_inotify_instances", code: "EMFILE" },
    { limit: "max_inotify_watches", code: "ENOSPC" },
  ])("with no $limit left are followed by polling, and the log says so", async ({ limit, code }) => {
    const solo = new Solo(root);
    solo.folder.write(5);
    await solo.start(...limited(limit, 0));
    await solo.settled();
    await solo.says(new RegExp(`code="?${code}"? .*followed by polling alone`, "u"));
    solo.folder.rotate();
    solo.folder.write(5);
    await solo.settled();
    expect(await solo.stop()).toBe(0);
  });

  test("files in more folders than can be watched, which come while it runs, are all followed, and the log says so", async () => {
    const solo = new Solo(root, ["*/*.log"], {}, { limits: { maxFiles: 5000 } });
    const make = (name: string): string => {
      mkdirSync(solo.folder.path(name));
      return solo.folder.path(`${name}/app.log`);
    };
    const paths = ["first", "second"].map(make);
    for (const path of paths) solo.folder.write(5, path);
    await solo.start(...limited("max_inotify_watches", 8));
    await solo.settled();
    expect(solo.log).not.toContain("polling");
    paths.push(...Array.from({ length: 10 }, (_, number) => make(`later-${number}`)));
    for (const path of paths) solo.folder.write(5, path);
    await solo.settled();
    await solo.says(/code="?ENOSPC"? .*followed by polling alone/u);
    for (const path of paths) {
      solo.folder.write(2, path);
      renameSync(path, `${path}.1`);
      solo.folder.write(2, path);
    }
    await solo.settled();
    expect(solo.log.split("followed by polling alone")).toHaveLength(2);
    expect(await solo.metric('file_rotations_total{source="model"}')).toBe(paths.length);
    expect(await solo.stop()).toBe(0);
  });

  test("a file that grows faster than it can be read does not keep 500 others from being read", async () => {
    const solo = new Solo(root);
    const trickles = Array.from({ length: 500 }, (_, index) => solo.folder.path(`trickle-${index}.log`));
    for (const path of trickles) solo.folder.write(1, path);
    await solo.start();
    await solo.settled();
    const firehose = solo.folder.path("firehose.log");
    const lag = async (): Promise<number> =>
      (await solo.metric(`source_lag_bytes{source="model",file="__other__"}`)) ?? 0;
    // Short lines that hold nothing: the slowest to read, for their length. It gives up before the disk is full.
    const program = `const block = "{}\\n".repeat(200_000);
      setInterval(() => require("fs").appendFileSync(process.argv[1], block), 10);
      setTimeout(process.exit, 30_000)`;
    const writer = Program.start(process.execPath, ["--eval", program, firehose]);
    await writer.until(async () => (await lag()) > 5_000_000, "is ahead of the daemon");
    for (const path of trickles) solo.folder.write(1, path);
    await solo.settled();
    expect(await lag()).toBeGreaterThan(0);
    expect(writer.ended).toBe(false);
    await writer.stop();
  });
});
