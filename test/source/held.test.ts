import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { SourceOptions } from "../../src/source/source.ts";
import { Fileset } from "../../src/source/tracking/fileset.ts";
import { ReadingOrder } from "../../src/source/tracking/reading-order.ts";
import { TrackedFile } from "../../src/source/tracking/tracked-file.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
const dayMs = 24 * 3_600_000;

/** Files come and go for as long as the daemon runs: what is held of those that are gone must not grow. */
describe("the order in which files are read", () => {
  const source: SourceOptions = { name: "s", files: [], exclude: [], startAt: "beginning", maxLineBytes: 1000 };

  function begin(order: ReadingOrder, path: string): TrackedFile {
    const file = new TrackedFile(1, source, path, "", () => new Collector());
    order.append(file, path);
    return file;
  }

  function discard(order: ReadingOrder, file: TrackedFile, others: readonly TrackedFile[] = []): void {
    file.state = { kind: "retired", at: 0, ending: "read" };
    order.discard(file, others);
  }

  /** The files that are held for a log: those that the next one waits for, and whom these wait for in turn. */
  function heldFor(order: ReadingOrder, path: string): TrackedFile[] {
    const held: TrackedFile[] = [];
    for (let { after } = begin(order, path); after !== undefined; after = after.after) held.push(after);
    return held;
  }

  test("does not hold a file that was dropped", () => {
    const order = new ReadingOrder();
    discard(order, begin(order, "/pod/0.log"));
    expect(heldFor(order, "/pod/0.log")).toEqual([]);
  });

  test("does not hold it either when it was called otherwise meanwhile", () => {
    const order = new ReadingOrder();
    const [one, other] = [begin(order, "/pod-1/0.log"), begin(order, "/pod-2/0.log")];
    one.realPath = "/trash/0.log";
    discard(order, one);
    expect(heldFor(order, "/pod-1/0.log")).toEqual([]);
    other.realPath = "/trash/1.log";
    order.forget(other);
    expect(heldFor(order, "/pod-2/0.log")).toEqual([]);
  });

  test("goes on with the file before it", () => {
    const order = new ReadingOrder();
    const first = begin(order, "/app.log");
    discard(order, begin(order, "/app.log"));
    expect(heldFor(order, "/app.log")).toEqual([first]);
  });

  test("has the next file wait for the one before it", () => {
    const order = new ReadingOrder();
    const [first, dropped, last] = [begin(order, "/app.log"), begin(order, "/app.log"), begin(order, "/app.log")];
    discard(order, dropped, [first, last]);
    expect(last.after).toBe(first);
    discard(order, first, [last]);
    expect(last.after).toBeUndefined();
  });

  test("does not go back to a file that was let go", () => {
    const order = new ReadingOrder();
    const [first, dropped] = [begin(order, "/app.log"), begin(order, "/app.log")];
    first.state = { kind: "retired", at: 0, ending: "read" };
    discard(order, dropped);
    expect(heldFor(order, "/app.log")).toEqual([]);
  });

  test("holds two files of a log that is rotated for ever and stays empty", () => {
    const order = new ReadingOrder();
    let last = begin(order, "/app.log");
    for (let rotation = 0; rotation < 100; rotation++) {
      const next = begin(order, "/app.log");
      discard(order, last, [next]);
      last = next;
    }
    expect(heldFor(order, "/app.log")).toEqual([last]);
  });
});

describe("a tail holds nothing", () => {
  const met = new Set<WeakRef<TrackedFile>>();
  const add = Reflect.get(Fileset.prototype, "add");
  Fileset.prototype.add = function (file) {
    if (![...met].some((one) => one.deref() === file)) met.add(new WeakRef(file));
    Reflect.apply(add, this, [file]);
  };
  afterAll(() => {
    Fileset.prototype.add = add;
  });

  /** How many of the files that were followed are still in memory, those that cannot be reached left out. */
  async function held(): Promise<number> {
    setFlagsFromString("--expose-gc");
    // Whoever was asked for in this turn lives to its end.
    await nextTurn();
    runInNewContext("gc()");
    return [...met].filter((file) => file.deref() !== undefined).length;
  }

  test("of logs that came and went without a line", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    met.clear();
    await withTail({ files: [join(dir, "*/*.log")], deletedMs: 20 }, async ({ tail }) => {
      const followed = (): number => tail.counts()[0]?.followed ?? 0;
      for (let round = 0; round < 3; round++) {
        const pods = Array.from({ length: 20 }, (_, number) => join(dir, `pod-${round}-${number}`));
        for (const pod of pods) {
          mkdirSync(pod);
          writeFileSync(join(pod, "0.log"), "");
        }
        await eventually(() => followed() === pods.length, "all are followed");
        for (const pod of pods) rmSync(pod, { recursive: true });
        await eventually(() => followed() === 0, "none is followed");
      }
      tail.changes();
      expect(met.size).toBe(60);
      expect(await held()).toBe(0);
    });
  });

  test("of rotated files that are forgotten, each of which was read at once", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const app = join(dir, "app.log");
    let aheadMs = 0;
    const clock = (): number => Date.now() + aheadMs;
    met.clear();
    await withTail({ files: [app], clock, deletedMs: 0 }, async (bed) => {
      const { tail, lines } = bed;
      const rotations = 10;
      for (let rotation = 0; rotation < rotations; rotation++) {
        writeFileSync(app, `line ${rotation}\n`);
        await eventually(() => lines.length === rotation + 1, "the line is read");
        renameSync(app, join(dir, "app.log.1"));
        await eventually(() => (tail.counts()[0]?.rotations ?? 0) > rotation, "the rotation is seen");
      }
      writeFileSync(app, "last\n");
      rmSync(join(dir, "app.log.1"));
      const isAlone = (): boolean => lines.length > rotations && tail.counts()[0]?.followed === 1;
      await eventually(isAlone, "only the log itself is followed");
      expect(met.size).toBe(rotations + 1);
      // One that is nowhere is let go after a while, and forgotten a week after that.
      const isForgotten = async (): Promise<boolean> => {
        aheadMs += 8 * dayMs;
        await bed.look();
        tail.changes();
        return (await held()) === 1;
      };
      await eventually(isForgotten, "only the log itself is held");
      expect(lines).toHaveLength(rotations + 1);
    });
  });
});
