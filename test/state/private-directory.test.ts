import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { makeLog } from "../../src/log.ts";
import { lockDirectory } from "../../src/state/directory-lock.ts";
import { tempDir } from "../support/temp.ts";
import { StoreProcess } from "./store-process.ts";

const base = tempDir();
chmodSync(base, 0o755);
/** Only root can play another user. */
const isRoot = process.getuid?.() === 0;
const user = isRoot ? 10_001 : process.getuid?.();
const asUser = isRoot ? `exec setpriv --reuid=${user} --regid=${user} --clear-groups "$0" "$@"` : undefined;
const entry = [["file", 1], { offset: 12 }] as const;
const warning = "other users can remove or replace the state";
const started: StoreProcess[] = [];

/** A state directory with these permissions, root's. */
function stateDir(mode = 0o755): string {
  const dir = join(mkdtempSync(join(base, "p-")), "state");
  mkdirSync(dir);
  chmodSync(join(dir, ".."), 0o755);
  chmodSync(dir, mode);
  return dir;
}

/** Opens the store; gives the process and its answer. */
async function open(dir: string, shell?: string): Promise<{ store: StoreProcess; answer: string }> {
  const store = new StoreProcess(dir, shell);
  started.push(store);
  return { store, answer: await store.answer() };
}

/** Fills a store and ends its process. */
async function fill(dir: string): Promise<void> {
  const { store, answer } = await open(dir);
  expect(answer).toBe("open");
  expect(await store.ask("commit", [entry])).toBe("done");
  await store.kill();
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

/** Permissions of all regular files below a directory. */
function fileModes(dir: string): string[] {
  const paths = readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => join(dir, name));
  return paths.filter((path) => lstatSync(path).isFile()).map(modeOf);
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((store) => store.kill()));
});

describe("the store has a directory of its own, which other users of the volume cannot reach", () => {
  test("an unprivileged user starts in a root-owned 0777 directory, and is warned of it", async () => {
    const dir = stateDir(0o777);
    const { store, answer } = await open(dir, asUser);
    expect(answer).toBe("open");
    expect(await store.ask("commit", [entry])).toBe("done");
    expect(modeOf(join(dir, "store"))).toBe("700");
    expect(statSync(join(dir, "store")).uid).toBe(user);
    expect(new Set(fileModes(dir))).toEqual(new Set(["600"]));
    expect(store.log).toContain(warning);
  });

  test.each([
    { what: "of this user with the usual permissions", mode: 0o755, warns: false },
    { what: "that is writable for a group (fsGroup)", mode: 0o2775, warns: false },
    { what: "in which only owners may rename, such as /tmp", mode: 0o1777, warns: false },
    ...(isRoot ? [{ what: "of another user", mode: 0o755, owner: 10_002, warns: true }] : []),
  ])("a directory $what is a warning: $warns", async ({ mode, owner, warns }) => {
    const dir = stateDir(mode);
    if (owner !== undefined) chownSync(dir, owner, owner);
    const { store, answer } = await open(dir);
    expect(answer).toBe("open");
    expect(store.log.includes(warning)).toBe(warns);
  });

  test.each([
    { what: "no warning in a pod (an emptyDir is so)", env: "KUBERNETES_SERVICE_HOST=10.0.0.1", warns: false },
    { what: "a warning elsewhere", env: "-u KUBERNETES_SERVICE_HOST", warns: true },
  ])("a mounted volume that all may write to is $what", async ({ env, warns }) => {
    const dir = stateDir();
    const inside = `mount -t tmpfs -o mode=0777 tmpfs ${dir} && exec env ${env} "$0" "$@"`;
    const shell = `exec unshare --map-root-user --mount sh -c '${inside}' "$0" "$@"`;
    const { store, answer } = await open(dir, shell);
    expect(answer).toBe("open");
    expect(store.log.includes(warning)).toBe(warns);
  });

  test("permissions that were given to a group since (fsGroup, a backup) are taken away again", async () => {
    const dir = stateDir();
    await fill(dir);
    chmodSync(join(dir, "store"), 0o2770);
    const { store } = await open(dir);
    expect(modeOf(join(dir, "store"))).toBe("700");
    expect(await store.ask("entries", "file")).toBe(JSON.stringify([entry]));
  });
});

describe("what others planted is neither written through nor read", () => {
  test("links with the names of all probes that a process could make are not written through", async () => {
    const dir = stateDir(0o777);
    const victim = join(dir, "../victim");
    writeFileSync(victim, "precious");
    for (let pid = process.pid; pid < process.pid + 400; pid++) symlinkSync(victim, join(dir, `.probe-${pid}`));
    expect((await open(dir)).answer).toBe("open");
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  test.each([
    {
      what: "a link in place of the store's directory",
      plant: (dir: string, elsewhere: string) => {
        symlinkSync(elsewhere, join(dir, "store"));
      },
      refusal: /^Problem: cannot keep state in .*\/store: it is a link {3}remove it, or choose another directory/u,
    },
    {
      what: "a link in place of the store's file",
      plant: (dir: string, elsewhere: string) => {
        mkdirSync(join(dir, "store"));
        symlinkSync(join(elsewhere, "state.mdb"), join(dir, "store/state.mdb"));
      },
      refusal: /^Problem: cannot keep state in .*\/store\/state\.mdb: it is no regular file/u,
    },
    {
      what: "another name of a file in place of the store's lock file",
      plant: (dir: string, elsewhere: string) => {
        mkdirSync(join(dir, "store"));
        linkSync(join(elsewhere, "state.mdb"), join(dir, "store/state.mdb-lock"));
      },
      refusal: /^Problem: cannot keep state in .*\/store\/state\.mdb-lock: it is no regular file, or has another name/u,
    },
    {
      what: "a link where 0.1.0 kept the store",
      plant: (dir: string, elsewhere: string) => {
        symlinkSync(join(elsewhere, "state.mdb"), join(dir, "state.mdb"));
      },
      refusal: /^Problem: cannot keep state in .*\/state\/state\.mdb: it is no regular file/u,
    },
    ...(isRoot
      ? [
          {
            what: "a store's directory of another user",
            plant: (dir: string) => {
              mkdirSync(join(dir, "store"));
              chownSync(join(dir, "store"), 10_002, 10_002);
            },
            refusal: /\/store: it belongs to another user \(uid 10002\) {3}give it to this user: chown -R 0 /u,
          },
        ]
      : []),
  ])("$what is refused, and what it leads to stays as it is", async ({ plant, refusal }) => {
    const dir = stateDir();
    const elsewhere = mkdtempSync(join(base, "elsewhere-"));
    writeFileSync(join(elsewhere, "state.mdb"), "precious");
    plant(dir, elsewhere);
    expect((await open(dir)).answer).toMatch(refusal);
    expect(readFileSync(join(elsewhere, "state.mdb"), "utf8")).toBe("precious");
    expect(readdirSync(elsewhere)).toEqual(["state.mdb"]);
  });
});

describe("the store of 0.1.0 lies in the state directory itself", () => {
  /** A state directory as 0.1.0 leaves it. */
  const earlier = async (): Promise<string> => {
    const dir = stateDir();
    await fill(dir);
    for (const name of readdirSync(join(dir, "store"))) renameSync(join(dir, "store", name), join(dir, name));
    rmSync(join(dir, "store"), { recursive: true });
    chmodSync(join(dir, "state.mdb"), 0o644);
    return dir;
  };

  test("it is moved into the store's own directory, with all that it holds", async () => {
    const dir = await earlier();
    const { store, answer } = await open(dir);
    expect(answer).toBe("open");
    expect(await store.ask("entries", "file")).toBe(JSON.stringify([entry]));
    expect(readdirSync(dir)).toEqual(["store"]);
    expect(new Set(fileModes(dir))).toEqual(new Set(["600"]));
  });

  test("it stays where it is while another process uses it", async () => {
    const dir = await earlier();
    const lock = await lockDirectory(dir, makeLog("error", "logfmt"));
    expect((await open(dir)).answer).toContain("in use by another process");
    expect(existsSync(join(dir, "state.mdb"))).toBe(true);
    await lock.release();
    expect((await open(dir)).answer).toBe("open");
  });

  test("beside a store in use it is ignored, with a warning", async () => {
    const dir = stateDir();
    await fill(dir);
    writeFileSync(join(dir, "state.mdb"), "of a release that was tried in between");
    const { store, answer } = await open(dir);
    expect(answer).toBe("open");
    expect(store.log).toContain("an earlier release wrote state beside the store in use; it is ignored: remove it");
    expect(await store.ask("entries", "file")).toBe(JSON.stringify([entry]));
  });
});
