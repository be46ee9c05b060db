import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  closeSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { open } from "lmdb";
import { run } from "../support/daemon.ts";
import { repetitions } from "../support/effort.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { asNobody, giveToNobody } from "./nobody.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
chmodSync(root, 0o755);
const template = mkdtempSync(join(root, "template-"));
const lines = 400;
/** Whose state the template is. */
const origin = new Solo(root);

/** A daemon that has counted and committed, and was killed. */
function seasoned(): Solo {
  const solo = new Solo(root);
  solo.folder.write(lines);
  mkdirSync(join(solo.state, "store"), { recursive: true });
  copyFileSync(join(template, "state.mdb"), join(solo.state, "store/state.mdb"));
  return solo;
}

function overwrite(path: string, from: number, byte: (at: number) => number): void {
  const fd = openSync(path, "r+");
  const bytes = Buffer.alloc(statSync(path).size - from);
  for (let at = 0; at < bytes.length; at++) bytes[at] = byte(at) & 0xff;
  writeSync(fd, bytes, 0, bytes.length, from);
  closeSync(fd);
}

async function setFormat(path: string, format: string): Promise<void> {
  const database = open<Buffer, Buffer>({ path, encoding: "binary", keyEncoding: "binary" });
  await database.put(Buffer.from("#format"), Buffer.from(format));
  await database.close();
}

beforeAll(async () => {
  await origin.begin(lines);
  await origin.stop("SIGKILL");
  copyFileSync(join(origin.state, "store/state.mdb"), join(template, "state.mdb"));
});

/** Ends by SIGKILL what a process has started; whether there was anything. */
function killChildren(pid: string): boolean {
  // The file is there before what stands in it.
  if (pid === "") return false;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  for (const child of children) process.kill(Number(child), "SIGKILL");
  return children.length > 0;
}

/** What may have become of a store since it was written. */
const damages: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  "of zero length": (path) => {
    writeFileSync(path, "");
  },
  "torn after half": (path) => {
    truncateSync(path, Math.floor(statSync(path).size / 2));
  },
  "torn after its first pages": (path) => {
    truncateSync(path, 8192);
  },
  "torn in its first page": (path) => {
    truncateSync(path, 1000);
  },
  garbage: (path) => {
    overwrite(path, 0, (at) => at * 7919 + (at >> 7));
  },
  "garbage after its first pages": (path) => {
    overwrite(path, 8192, (at) => at * 7919 + (at >> 7));
  },
  "zeros after its first pages": (path) => {
    overwrite(path, 8192, () => 0);
  },
  "text where it was": (path) => {
    writeFileSync(path, "this is no database\n".repeat(1000));
  },
  "of a format that no release wrote": (path) => setFormat(path, "0"),
};

describe("a state that is", () => {
  test("a state that is whole is restored: what is gone from the logs still counts", async () => {
    const solo = new Solo(root);
    await solo.begin(lines);
    await solo.stop("SIGKILL");
    rmSync(solo.folder.app);
    solo.folder.write(3);
    await solo.start();
    await solo.settled();
    expect(solo.log).not.toContain("set aside");
  });

  test.each(Object.keys(damages))("%s is set aside, and counted anew from the logs that are there", async (name) => {
    const solo = seasoned();
    await damages[name]?.(join(solo.state, "store/state.mdb"));
    await solo.start();
    await solo.settled();
    await solo.committed();
    expect(solo.log).toMatch(/the state is set aside; starting over/u);
    const aside = readdirSync(join(solo.state, "store")).filter((entry) => entry.startsWith("set-aside-"));
    expect(aside).toHaveLength(1);
    expect(readdirSync(join(solo.state, "store", aside[0] ?? ""))).toContain("state.mdb");
    // Once is enough: what is begun anew is whole, whatever it takes the place of.
    if (name !== "garbage") return;
    await solo.stop("SIGKILL");
    solo.folder.write(3);
    await solo.start();
    await solo.settled();
    expect(solo.log).not.toContain("set aside");
  });

  test("a state that is whole is restored, though the program that verifies it is killed", async () => {
    const solo = seasoned();
    rmSync(solo.folder.app);
    solo.folder.write(3);
    const pidFile = join(solo.dir, "pid");
    const started = solo.start("sh", "-c", `echo $$ > ${pidFile} && exec "$@"`, "sh");
    // The out-of-memory killer does it so.
    await eventually(() => existsSync(pidFile) && killChildren(readFileSync(pidFile, "utf8").trim()), "it is killed");
    await started;
    await solo.settled();
    await solo.says('reason="the check was ended by SIGKILL"');
    expect(solo.log).not.toContain("set aside");
  });

  test("a state that is damaged at any one page is set aside, unless nothing was lost: each line counts once", async () => {
    const pages = statSync(join(template, "state.mdb")).size / 4096;
    const step = repetitions(3, 1);
    let setAside = 0;
    for (let page = 0; page < pages; page += step) {
      rmSync(origin.state, { recursive: true, force: true });
      mkdirSync(join(origin.state, "store"), { recursive: true });
      const path = join(origin.state, "store/state.mdb");
      copyFileSync(join(template, "state.mdb"), path);
      const bytes = readFileSync(path);
      for (let at = page * 4096; at < Math.min(bytes.length, (page + 1) * 4096); at++) bytes[at] = (at * 31) & 0xff;
      writeFileSync(path, bytes);
      await origin.start();
      await origin.settled();
      if (origin.log.includes("the state is set aside")) setAside++;
      await origin.stop("SIGKILL");
    }
    // The others are pages that nothing stands on.
    expect(setAside).toBeGreaterThan(pages / step / 2);
  }, 600_000);

  test("a state of a newer release makes the daemon refuse to start, and that release goes on from it", async () => {
    const solo = seasoned();
    const path = join(solo.state, "store/state.mdb");
    await setFormat(path, "99");
    await expect(solo.start()).rejects.toThrow(/ended with 1:[^]*the state was written by a newer release/u);
    await setFormat(path, "2");
    rmSync(solo.folder.app);
    solo.folder.write(3);
    await solo.start();
    await solo.settled();
  });

  test("a state in use by another daemon makes the second one refuse to start, and the first goes on", async () => {
    const solo = new Solo(root);
    solo.folder.write(5);
    await solo.start();
    await solo.settled();
    const config = join(solo.dir, "config.json");
    const second = await run([
      "serve",
      "--web.listen-address",
      "127.0.0.1:0",
      "--config",
      config,
      "--state",
      solo.state,
    ]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`the state directory ${solo.state}/store is in use by another process`);
    solo.folder.write(5);
    await solo.settled();
    await solo.committed();
    // As soon as the first one is gone, however it went, another may start.
    await solo.stop("SIGKILL");
    await solo.start();
    await solo.settled();
  });

  test.each([
    { what: "directory", path: "state/store", mode: 0o500 },
    { what: "file", path: "state/store/state.mdb", mode: 0o000 },
  ])(
    "a $what without the right permissions makes the daemon refuse to start, and say how to mend it",
    async ({ path, mode }) => {
      const solo = new Solo(root);
      await solo.begin(lines);
      await solo.stop();
      rmSync(join(solo.state, "store/state.mdb-lock"));
      giveToNobody(solo.state);
      chmodSync(join(solo.dir, path), mode);
      const error = await solo.start(...asNobody).then(
        () => "it has started",
        (failure: unknown) => String(failure),
      );
      expect(error).toContain("ended with 1");
      expect(error).toContain(solo.state);
      expect(error).toContain("permission to");
      chmodSync(join(solo.dir, path), path.endsWith("store") ? 0o700 : 0o600);
      await solo.start(...asNobody);
      await solo.settled();
      expect(solo.log).not.toContain("set aside");
    },
  );
});
