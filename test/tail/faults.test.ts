import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
chmodSync(root, 0o755);
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
/** Permissions do not bind root: the daemon runs as somebody else then. */
const asNobody = isRoot ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : [];

/** A namespace in which a limit of the system is another one; nobody else notices. */
function limited(file: string, limit: number): string[] {
  return ["unshare", "--map-root-user", "sh", "-c", `echo ${limit} > /proc/sys/user/${file} && exec "$@"`, "sh"];
}

describe("a file", () => {
  test("that may not be read is named, and read from its start once it may", async () => {
    const solo = new Solo(root);
    mkdirSync(solo.state);
    if (isRoot) chownSync(solo.state, nobody, nobody);
    solo.folder.write(5);
    solo.folder.write(5, solo.folder.path("secret.log"));
    chmodSync(solo.folder.path("secret.log"), 0);
    await solo.start(...asNobody);
    await solo.folder.failed("EACCES");
    await solo.says(/secret\.log.*permission denied/u);
    chmodSync(solo.folder.path("secret.log"), 0o644);
    await solo.settled();
    // And again, while it is followed.
    chmodSync(solo.folder.path("secret.log"), 0);
    solo.folder.write(5, solo.folder.path("secret.log"));
    solo.folder.write(5);
    chmodSync(solo.folder.path("secret.log"), 0o644);
    await solo.settled();
    await solo.committed();
    await solo.stop("SIGKILL");
    chmodSync(solo.folder.path("secret.log"), 0);
    solo.folder.write(5, solo.folder.path("secret.log"));
    await solo.start(...asNobody);
    await solo.says(/secret\.log.*permission denied/u);
    chmodSync(solo.folder.path("secret.log"), 0o644);
    await solo.settled();
  }, 60_000);

  test("in a folder that may not be searched is read once it may", async () => {
    const solo = new Solo(root, ["deep/*.log"]);
    mkdirSync(solo.state);
    if (isRoot) chownSync(solo.state, nobody, nobody);
    mkdirSync(solo.folder.path("deep"));
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    await solo.start(...asNobody);
    await solo.settled();
    chmodSync(solo.folder.path("deep"), 0);
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    await solo.settled().catch(() => undefined);
    chmodSync(solo.folder.path("deep"), 0o755);
    solo.folder.write(5, solo.folder.path("deep/app.log"));
    await solo.settled();
  }, 60_000);
});

describe("many files", () => {
  test("5,000 of them, with far fewer descriptors: each line counts once, over a kill", async () => {
    const solo = new Solo(root, ["*/*.log"]);
    const paths: string[] = [];
    for (let folder = 0; folder < 50; folder++) {
      mkdirSync(solo.folder.path(String(folder)));
      for (let file = 0; file < 100; file++) paths.push(solo.folder.path(`${folder}/${file}.log`));
    }
    for (const path of paths) solo.folder.write(1, path);
    await solo.start("prlimit", "--nofile=512");
    await solo.settled(solo.folder, 60_000);
    for (const path of paths) solo.folder.write(1, path);
    await solo.settled(solo.folder, 60_000);
    await solo.stop("SIGKILL");
    for (const path of paths.slice(0, 1000)) solo.folder.write(1, path);
    await solo.start("prlimit", "--nofile=512");
    await solo.settled(solo.folder, 60_000);
    expect(await solo.metric('files{source="model",state="live"}').then((files) => files ?? 5000)).toBe(5000);
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

  test("one is written at full speed, and 200 that trickle are read within a second", async () => {
    const solo = new Solo(root);
    const trickles = Array.from({ length: 200 }, (_, index) => solo.folder.path(`trickle-${index}.log`));
    for (const path of trickles) solo.folder.write(1, path);
    await solo.start();
    await solo.settled();
    const line = `${JSON.stringify({ model: "firehose", version: "1", label: "a", prediction: "b" })}\n`;
    const flood = line.repeat(2_000_000);
    writeFileSync(solo.folder.path("firehose.log"), flood);
    for (const path of trickles) solo.folder.write(1, path);
    const started = performance.now();
    await solo.settled();
    // A second, and what it takes to ask on a busy machine.
    expect(performance.now() - started).toBeLessThan(3000);
  }, 60_000);
});
