import { appendFileSync, linkSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { TailBed } from "./tail-bed.ts";

const base = tempDir();

/** A folder of logs of which three are followed, each written a second after the one before. */
class Logs {
  readonly dir = mkdtempSync(join(base, "t-"));
  readonly bed: TailBed;
  #seconds = 1_700_000_000;

  constructor(files: readonly string[] = ["*"]) {
    const paths = files.map((name) => join(this.dir, name));
    this.bed = new TailBed({ files: paths, byHand: true, maxFiles: 3 });
  }

  write(name: string, text = `${name}\n`): void {
    appendFileSync(join(this.dir, name), text);
    this.#seconds++;
    utimesSync(join(this.dir, name), this.#seconds, this.#seconds);
  }

  remove(name: string): void {
    rmSync(join(this.dir, name));
  }

  async look(times = 1): Promise<string[]> {
    for (let time = 0; time < times; time++) await this.bed.look();
    return this.bed.lines.splice(0).sort();
  }

  get refusals(): number | undefined {
    return this.bed.tail.counts()[0]?.readErrors.get("limit");
  }
}

async function withLogs(work: (logs: Logs) => Promise<void>, files?: readonly string[]): Promise<void> {
  const logs = new Logs(files);
  try {
    await work(logs);
  } finally {
    await logs.bed.tail.close();
  }
}

describe("more files than limits.maxFiles", () => {
  test("those written longest ago are refused, counted, and told of once", () =>
    withLogs(async (logs) => {
      for (const name of ["a", "b", "c", "d", "e"]) logs.write(name);
      await logs.bed.tail.start();
      expect(await logs.look()).toEqual(["c", "d", "e"]);
      expect(await logs.look(2)).toEqual([]);
      expect(logs.refusals).toBe(2);
      expect(logs.bed.log.filter((line) => line.includes("limits.maxFiles"))).toHaveLength(1);
    }));

  test("a log that is written to is followed, and goes on where it was", () =>
    withLogs(async (logs) => {
      for (const name of ["app", "b", "c"]) logs.write(name);
      await logs.bed.tail.start();
      expect(await logs.look()).toEqual(["app", "b", "c"]);
      for (const name of ["d", "e", "f"]) logs.write(name);
      expect(await logs.look(2)).toEqual(["d", "e", "f"]);
      expect(logs.bed.tail.counts()[0]?.followed).toBe(3);
      logs.write("app", "more\n");
      expect(await logs.look(2)).toEqual(["more"]);
    }));

  test.each([
    { what: "hard links", link: linkSync },
    { what: "links", link: symlinkSync },
  ])("$what to a log are no further files, however many they are", ({ link }) =>
    withLogs(async (logs) => {
      for (const name of ["app", "b"]) logs.write(name);
      for (let n = 0; n < 20; n++) link(join(logs.dir, "app"), join(logs.dir, `app-${n}`));
      await logs.bed.tail.start();
      expect(await logs.look()).toEqual(["app", "b"]);
      logs.write("app", "more\n");
      expect(await logs.look(2)).toEqual(["more"]);
      expect(logs.refusals).toBe(0);
    }),
  );

  test("a file is taken up when others go", () =>
    withLogs(async (logs) => {
      for (const name of ["a", "b", "c", "d"]) logs.write(name);
      await logs.bed.tail.start();
      expect(await logs.look()).toEqual(["b", "c", "d"]);
      logs.remove("c");
      expect(await logs.look(3)).toEqual(["a"]);
    }));

  test("rotated files of one log are refused and taken up as others are", () =>
    withLogs(async (logs) => {
      for (const name of ["app.log.4", "app.log.3", "app.log.2", "app.log.1", "app.log"]) logs.write(name);
      await logs.bed.tail.start();
      expect(await logs.look(2)).toEqual(["app.log", "app.log.1", "app.log.2"]);
      logs.remove("app.log.1");
      logs.remove("app.log.2");
      expect(await logs.look(3)).toEqual(["app.log.3", "app.log.4"]);
    }));

  test("a line that is not whole yet does not keep a place, and is read when it is whole", () =>
    withLogs(async (logs) => {
      for (const name of ["a", "b", "c"]) logs.write(name, "half");
      await logs.bed.tail.start();
      expect(await logs.look()).toEqual([]);
      for (const name of ["d", "e", "f"]) logs.write(name);
      expect(await logs.look(2)).toEqual(["d", "e", "f"]);
      logs.write("a", " and half\n");
      expect(await logs.look(3)).toEqual(["half and half"]);
    }));

  test("a file that is named is followed before those of globs", () =>
    withLogs(
      async (logs) => {
        for (const name of ["app", "b", "c", "d"]) logs.write(name);
        await logs.bed.tail.start();
        expect(await logs.look()).toEqual(["app", "c", "d"]);
      },
      ["app", "*"],
    ));

  test("a file whose time is set to one that is to come does not push out a log that is written", () =>
    withLogs(async (logs) => {
      for (const name of ["a", "b", "c"]) logs.write(name);
      const future = new Date(Date.now() + 1e9);
      for (const name of ["a", "b", "c"]) utimesSync(join(logs.dir, name), future, future);
      writeFileSync(join(logs.dir, "app"), "app\n");
      await logs.bed.tail.start();
      expect(await logs.look()).toContain("app");
    }));
});
