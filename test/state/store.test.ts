import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { open } from "lmdb";
import { tempDir } from "../support/temp.ts";
import { StoreProcess } from "./store-process.ts";

const base = tempDir();
const started: StoreProcess[] = [];
const entry = [
  ["file", 1],
  { path: "/var/log/a.log", offset: 12, odd: { ["__proto__"]: 1, "\ud800": "\ud800", "": null } },
] as const;

function newDir(): string {
  return join(mkdtempSync(join(base, "s-")), "state");
}

async function openIn(dir: string, shell?: string): Promise<StoreProcess> {
  const store = new StoreProcess(dir, shell);
  started.push(store);
  expect(await store.answer()).toBe("open");
  return store;
}

async function refusalIn(dir: string, shell?: string): Promise<string> {
  const store = new StoreProcess(dir, shell);
  started.push(store);
  return store.answer();
}

/** A directory whose store holds `entry`, closed or left by a process that was killed. */
async function filledDir(): Promise<string> {
  const dir = newDir();
  const store = await openIn(dir);
  expect(
    await store.ask("commit", [entry, ...Array.from({ length: 500 }, (_, i) => [["other", i], "x".repeat(99)])]),
  ).toBe("done");
  await store.kill();
  return dir;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((store) => store.kill()));
});

describe("the store", () => {
  test("the store gives back what was committed by a process that was killed, to the last odd name", async () => {
    const store = await openIn(await filledDir());
    expect(await store.ask("entries", "file")).toBe(JSON.stringify([entry]));
  });

  test("the store gives back the entries of one prefix only, and not those that were removed", async () => {
    const store = await openIn(newDir());
    await store.ask("commit", [
      [["a", 1], 1],
      [["a", "x"], 2],
      [["ab", 1], 3],
      [["b"], 4],
    ]);
    await store.ask("commit", [[["a", 1], null]]);
    expect(await store.ask("entries", "a")).toBe(JSON.stringify([[["a", "x"], 2]]));
    expect(await store.ask("entries", "b")).toBe(JSON.stringify([[["b"], 4]]));
  });

  test("the store keeps entries whose names are longer than a key may be apart", async () => {
    const store = await openIn(newDir());
    const long = "n".repeat(5000);
    const entries = [1, 2, 3].map((n) => [["window", long, n], n]);
    expect(await store.ask("commit", entries)).toBe("done");
    await store.ask("commit", [[["window", long, 2], null]]);
    const found: unknown = JSON.parse(await store.ask("entries", "window"));
    expect(found).toEqual(expect.arrayContaining([entries[0], entries[2]]));
    expect(found).toHaveLength(2);
  });

  test("the store is refused to a second process while the first one lives, and free when it was killed", async () => {
    const dir = newDir();
    const first = await openIn(dir);
    expect(await refusalIn(dir)).toContain("in use by another process");
    await first.kill();
    const next = await openIn(dir);
    expect(await refusalIn(dir)).toContain("in use by another process");
    expect(await next.ask("close")).toBe("closed");
    await openIn(dir);
  });

  test("the store is given to one of many processes that start at once", async () => {
    const dir = newDir();
    await (await openIn(dir)).kill();
    const stores = Array.from({ length: 6 }, () => new StoreProcess(dir));
    started.push(...stores);
    const answers = await Promise.all(stores.map((store) => store.answer()));
    expect(answers.filter((answer) => answer === "open")).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes("in use by another process"))).toHaveLength(5);
  });

  test("the store works in a directory whose path is longer than a socket's may be", async () => {
    const dir = join(newDir(), "d".repeat(200));
    await openIn(dir);
    expect(await refusalIn(dir)).toContain("in use by another process");
  });
});

describe("damaged state is set aside and begun anew", () => {
  test.each<{ what: string; damage: (bytes: Buffer) => Buffer }>([
    { what: "of length zero", damage: () => Buffer.alloc(0) },
    { what: "cut in the middle", damage: (bytes) => bytes.subarray(0, bytes.length >> 1) },
    { what: "cut in the first page", damage: (bytes) => bytes.subarray(0, 100) },
    { what: "a text", damage: () => Buffer.from("hello\n") },
    { what: "garbage", damage: (bytes) => Buffer.from(bytes.map((_, i) => (i * 7919 + 13) & 255)) },
    {
      what: "with zeros for its first page",
      damage: (bytes) => Buffer.concat([Buffer.alloc(4096), bytes.subarray(4096)]),
    },
    {
      what: "with other bytes in an entry",
      damage: (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("/var/log/a.log", "/var/log/b.log"), "latin1"),
    },
  ])("damaged state ($what) is set aside", async ({ damage }) => {
    const dir = await filledDir();
    const path = join(dir, "store/state.mdb");
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    const store = await openIn(dir);
    expect(await store.ask("entries", "file")).toBe("[]");
    expect(await store.ask("commit", [entry])).toBe("done");
    expect(store.log).toContain("the state is set aside");
    const aside = readdirSync(join(dir, "store")).find((name) => name.startsWith("set-aside-")) ?? "";
    expect(readFileSync(join(dir, "store", aside, "state.mdb")).equals(damaged)).toBe(true);
    await store.kill();
    expect(await (await openIn(dir)).ask("entries", "file")).toBe(JSON.stringify([entry]));
  });

  test("state of format 1 is read, and has this release's format from then on", async () => {
    const dir = await filledDir();
    const options = { path: join(dir, "store/state.mdb"), encoding: "binary", keyEncoding: "binary" } as const;
    const database = open<Buffer, Buffer>({ ...options, overlappingSync: false });
    expect(database.get(Buffer.from("#format"))?.toString()).toBe("2");
    database.putSync(Buffer.from("#format"), Buffer.from("1"));
    await database.close();
    const store = await openIn(dir);
    expect(await store.ask("entries", "file")).not.toBe("[]");
    await store.kill();
    const again = open<Buffer, Buffer>({ ...options, overlappingSync: false });
    expect(again.get(Buffer.from("#format"))?.toString()).toBe("2");
    await again.close();
  });

  const setFormat = async (dir: string, format: string): Promise<void> => {
    const database = open({
      path: join(dir, "store/state.mdb"),
      encoding: "binary",
      keyEncoding: "binary",
      overlappingSync: false,
    });
    database.putSync(Buffer.from("#format"), Buffer.from(format));
    await database.close();
  };

  test("state of a format that no release wrote is set aside", async () => {
    const dir = await filledDir();
    await setFormat(dir, "0");
    const store = await openIn(dir);
    expect(await store.ask("entries", "file")).toBe("[]");
    expect(store.log).toContain("it has format 0, and this release reads 1 to 2");
  });

  test.each(["3", "99"])(
    "state of format %s is refused and stays as it is, since a newer release wrote it",
    async (format) => {
      const dir = await filledDir();
      await setFormat(dir, format);
      expect(await refusalIn(dir)).toBe(
        `Problem: the state was written by a newer release: in ${dir}/store it has format ${format}, and this release reads 1 to 2 ` +
          "  start that release again, or give this one another directory: --state DIR",
      );
      await setFormat(dir, "2");
      expect(await (await openIn(dir)).ask("entries", "file")).toBe(JSON.stringify([entry]));
    },
  );

  test("only the last state that was set aside is kept, and nothing else in the directory is removed", async () => {
    const dir = await filledDir();
    writeFileSync(join(dir, "store/notes.txt"), "mine");
    const asides: string[] = [];
    for (const text of ["first", "second"]) {
      writeFileSync(join(dir, "store/state.mdb"), text);
      await (await openIn(dir)).kill();
      const names = readdirSync(join(dir, "store")).filter((name) => name.startsWith("set-aside-"));
      expect(names).toHaveLength(1);
      asides.push(readFileSync(join(dir, "store", names[0] ?? "", "state.mdb"), "utf8"));
    }
    expect(asides).toEqual(["first", "second"]);
    expect(readFileSync(join(dir, "store/notes.txt"), "utf8")).toBe("mine");
  });
});

describe("a directory that cannot be used is refused with what would mend it", () => {
  test("a state directory is rejected when it is a file", async () => {
    const dir = newDir();
    writeFileSync(dir, "");
    expect(await refusalIn(dir)).toMatch(/^Problem: cannot make the state directory .*is a file, not a directory/u);
  });

  test("a state directory is rejected when a file is in its path", async () => {
    const dir = newDir();
    writeFileSync(dir, "");
    expect(await refusalIn(join(dir, "state"))).toMatch(
      /^Problem: cannot make the state directory .*is a file, not a directory/u,
    );
  });

  test("a state directory is rejected when it cannot be written to", async () => {
    const dir = newDir();
    mkdirSync(dir);
    chmodSync(dir, 0o555);
    // Permissions do not hold root back: a limit on the size of files does.
    expect(await refusalIn(dir, "trap '' XFSZ; ulimit -S -f 1")).toMatch(
      /^Problem: cannot write to the state directory/u,
    );
    chmodSync(dir, 0o755);
  });
});

describe("a fault while running", () => {
  test("a full disk makes commits fail, and they succeed again when there is room", async () => {
    const dir = newDir();
    const store = await openIn(dir, "trap '' XFSZ; ulimit -S -f 2000");
    expect(await store.ask("commit", [entry])).toBe("done");
    for (let i = 0; i < 3; i++) expect(await store.ask("fill", 3_000_000)).toContain("cannot write the state");
    expect(await store.ask("entries", "file")).toBe(JSON.stringify([entry]));
    expect(await store.ask("commit", [[["file", 2], "small"]])).toBe("done");
    execFileSync("prlimit", ["--pid", String(store.pid), "--fsize=unlimited"]);
    expect(await store.ask("fill", 3_000_000)).toBe("done");
    await store.kill();
    const again = await openIn(dir);
    expect(JSON.parse(await again.ask("entries", "file"))).toHaveLength(2);
    expect((await again.ask("entries", "big")).length).toBeGreaterThan(3_000_000);
  });

  test("a removed directory is made again with all that it held", async () => {
    const dir = newDir();
    const store = await openIn(dir);
    expect(await store.ask("commit", [entry])).toBe("done");
    rmSync(dir, { recursive: true });
    expect(await store.ask("commit", [[["file", 2], "more"]])).toBe("done");
    expect(store.log).toContain("the state directory was removed");
    expect(existsSync(join(dir, "store/state.mdb"))).toBe(true);
    expect(await refusalIn(dir)).toContain("in use by another process");
    await store.kill();
    expect(JSON.parse(await (await openIn(dir)).ask("entries", "file"))).toHaveLength(2);
  });
});
