import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { sorted, watchedInodes } from "../support/inotify.ts";
import { Program } from "../support/program.ts";
import { tempDir } from "../support/temp.ts";
import { LogFolder } from "./log-folder.ts";
import { Solo } from "./solo.ts";

const root = tempDir();

function inodeAt(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}

/** The inodes of what the daemon watches for the sake of logs: all but its config. */
function watchedFor(solo: Solo): bigint[] {
  const config = [solo.dir, join(solo.dir, "config.json")].map(inodeAt);
  return watchedInodes(solo.daemon.pid).filter((inode) => !config.includes(inode));
}

/** Waits until the daemon watches these directories and nothing else. */
async function watchesOnly(solo: Solo, paths: readonly string[]): Promise<void> {
  const wanted = sorted(paths.map(inodeAt)).join(" ");
  let watched = "";
  await eventually(
    () => {
      watched = watchedFor(solo).join(" ");
      return watched === wanted;
    },
    `watches ${paths.join(", ")}`,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: inodes ${wanted}, not ${watched}\n${solo.log}`);
  });
}

/** How often the log says that files are followed by polling. */
function timesSaid(solo: Solo): number {
  return [...solo.log.matchAll(/followed by polling alone/gu)].length;
}

/** A namespace in which something is mounted at a path; only what enters it sees that. */
async function mounted(path: string, command: string): Promise<{ root: string; enter: string[] }> {
  const holder = Program.start("/usr/bin/unshare", ["--map-root-user", "--mount", "sh", "-c", command]);
  await holder.until(() => readFileSync(`/proc/${holder.pid}/mounts`, "utf8").includes(` ${path} `), "mounts");
  return {
    root: `/proc/${holder.pid}/root`,
    enter: ["/usr/bin/nsenter", `--target=${holder.pid}`, "--user", "--mount", "--preserve-credentials"],
  };
}

describe("with watch: auto", () => {
  test("each folder that has files, or may get some, is watched, and with watch: poll none", async () => {
    const files = ["logs/*.log", "logs/*/app.log"];
    const [auto, poll] = [new Solo(root, [], { files }), new Solo(root, [], { files, watch: "poll" })];
    for (const solo of [auto, poll]) {
      mkdirSync(solo.folder.path("pod"));
      mkdirSync(solo.folder.path("empty"));
      solo.folder.write(5);
      solo.folder.write(5, solo.folder.path("pod/app.log"));
      await solo.start();
      await solo.settled();
    }
    await watchesOnly(auto, [auto.folder.dir, auto.folder.path("pod")]);
    expect(watchedFor(poll)).toEqual([]);
    // A folder whose file has been moved away is where the next one appears.
    renameSync(auto.folder.path("pod/app.log"), auto.folder.path("pod/app.log.1"));
    mkdirSync(auto.folder.path("new"));
    auto.folder.write(5, auto.folder.path("new/app.log"));
    await watchesOnly(auto, [auto.folder.dir, auto.folder.path("pod"), auto.folder.path("new")]);
    expect(timesSaid(auto) + timesSaid(poll)).toBe(0);
  });

  test.each([
    { way: "is renamed", replace: (dir: string): void => renameSync(dir, `${dir}-${Date.now()}`) },
    { way: "is deleted", replace: (dir: string): void => rmSync(dir, { recursive: true }) },
    {
      way: "goes with its parent",
      replace: (dir: string): void => renameSync(dirname(dir), `${dirname(dir)}-${Date.now()}`),
    },
  ])("a folder that $way and is made anew is watched anew, each time", async ({ replace }) => {
    const solo = new Solo(root, [], { files: ["parent/logs/*.log"] });
    const dir = join(solo.dir, "parent", "logs");
    for (let time = 0; time < 3; time++) {
      mkdirSync(dir, { recursive: true });
      if (time === 0) await solo.start();
      await watchesOnly(solo, [dir]);
      solo.folder.write(5, join(dir, "app.log"));
      await solo.settled();
      replace(dir);
    }
  });

  test("a folder behind a link is watched, and after the link is switched the next one", async () => {
    const solo = new Solo(root, [], { files: ["current/*.log"] });
    const link = join(solo.dir, "current");
    const next = join(solo.dir, "next");
    mkdirSync(next);
    symlinkSync(solo.folder.dir, link);
    solo.folder.write(5);
    await solo.start();
    await solo.settled();
    await watchesOnly(solo, [solo.folder.dir]);
    symlinkSync(next, `${link}.new`);
    renameSync(`${link}.new`, link);
    rmSync(solo.folder.dir, { recursive: true });
    solo.folder.write(5, join(next, "app.log"));
    await watchesOnly(solo, [next]);
    await solo.settled();
  });
});

describe("on a file system that does not tell of all changes", () => {
  test("folders are looked at, which is said once, and others are watched all the same", async () => {
    const solo = new Solo(root, [], { files: ["logs/*.log", "/proc/sys/*.log", "/proc/tty/*.log"] });
    solo.folder.write(5);
    await solo.start();
    await solo.settled();
    await solo.says(/directory=\/proc\/sys fileSystem=proc everyMs=250 .*polling alone/u);
    await watchesOnly(solo, [solo.folder.dir]);
    solo.folder.write(5, solo.folder.path("new.log"));
    await solo.settled();
    expect(timesSaid(solo)).toBe(1);
  });

  // Some machines let nobody mount one; what is said and done is shown above on any.
  const onFuse = hasFuse() ? test : undefined;
  onFuse?.("such as FUSE, what is written behind the mount is counted", async () => {
    const solo = new Solo(root);
    const behind = new LogFolder(join(solo.dir, "behind"), "model", solo);
    const { enter } = await mounted(solo.folder.dir, `exec bindfs -f ${behind.dir} ${solo.folder.dir}`);
    behind.write(5);
    await solo.start(...enter);
    await solo.settled(behind);
    await solo.says(/fileSystem=fuse everyMs=250 .*polling alone/u);
    behind.write(5);
    await solo.settled(behind);
    behind.rotate();
    behind.write(5);
    await solo.settled(behind);
    expect(watchedFor(solo)).toEqual([]);
    expect(timesSaid(solo)).toBe(1);
  });
});

test("a folder on overlayfs is watched, and watched again when it is mounted again", async () => {
  const solo = new Solo(root);
  const layers = join(solo.dir, "layers");
  mkdirSync(layers);
  const options = `lowerdir=${layers}/lower,upperdir=${layers}/upper,workdir=${layers}/work`;
  const mount = `mount -t overlay overlay -o ${options} ${solo.folder.dir}`;
  const make = `mount -t tmpfs tmpfs ${layers} && mkdir ${layers}/lower ${layers}/upper ${layers}/work`;
  const { root: space, enter } = await mounted(solo.folder.dir, `${make} && ${mount} && exec sleep 600`);
  const inside = new LogFolder(space + solo.folder.dir, "model", solo);
  await solo.start(...enter);
  await watchesOnly(solo, [inside.dir]);
  const anew = ["sh", "-c", `umount ${solo.folder.dir} && ${mount} && echo again`];
  const remount = Program.start("/usr/bin/nsenter", [...enter.slice(1), ...anew]);
  await eventually(() => remount.output.includes("again"), "mounts again");
  await watchesOnly(solo, [inside.dir]);
  inside.write(5);
  await solo.settled(inside);
  expect(timesSaid(solo)).toBe(0);
});

function hasFuse(): boolean {
  try {
    closeSync(openSync("/dev/fuse", "r+"));
    return true;
  } catch {
    return false;
  }
}
