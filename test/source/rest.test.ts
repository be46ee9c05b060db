import { appendFileSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { TailBed, type Wanted } from "./tail-bed.ts";

const base = tempDir();

/** A tail of a folder of its own, and how often it has searched. */
class Searching {
  readonly dir = mkdtempSync(join(base, "r-"));
  readonly bed: TailBed;
  searches = 0;

  constructor(arrange: (dir: string) => void, wanted: (dir: string) => Partial<Wanted> = () => ({})) {
    writeFileSync(join(this.dir, "app.log"), "1\n");
    arrange(this.dir);
    // Each search asks for the time once, and so does each line that is read.
    const clock = (): number => {
      this.searches++;
      return Date.now();
    };
    this.bed = new TailBed({ files: [join(this.dir, "*.log")], clock, ...wanted(this.dir) });
  }

  /** Searches within half a second. */
  async rate(): Promise<number> {
    const before = this.searches;
    await sleep(500);
    return this.searches - before;
  }
}

/** Searches are made every 10 ms here but at rest: then one in five seconds. */
const isRare = (rate: number): boolean => rate <= 2;

describe("the search for files once nothing has happened for a while", () => {
  const all: Searching[] = [];
  const make = (...given: ConstructorParameters<typeof Searching>): Searching => {
    const searching = new Searching(...given);
    all.push(searching);
    return searching;
  };
  const none = (): void => undefined;
  const resting = [make(none), make(none)] as const;
  const others = [
    { what: "a source is polled on purpose", tail: make(none, () => ({ also: [{ name: "polled", watch: "poll" }] })) },
    { what: "no events are listened to", tail: make(none, () => ({ watch: false })) },
    {
      what: "a file may come to a folder that has none",
      tail: make(
        (dir) => {
          mkdirSync(join(dir, "empty"));
        },
        (dir) => ({ files: [join(dir, "**/*.log")] }),
      ),
    },
    {
      what: "a folder is not there",
      tail: make(none, (dir) => ({ files: [join(dir, "*.log"), join(dir, "none/*.log")] })),
    },
    {
      what: "a file is not there that a link leads to",
      tail: make((dir) => {
        symlinkSync(`${dir}-elsewhere/app.log`, join(dir, "link.log"));
      }),
    },
    {
      what: "a file is not there that a link leads to, whose name looks like a glob",
      tail: make((dir) => {
        symlinkSync(`${dir}-elsewhere/app.log`, join(dir, "link[1].log"));
      }),
    },
    {
      what: "a file is refused",
      tail: make((dir) => {
        writeFileSync(`${dir}.other`, "1\n");
        symlinkSync(`${dir}.other`, join(dir, "link.log"));
      }),
    },
  ];

  beforeAll(async () => {
    for (const { bed } of all) await bed.tail.start();
    await eventually(async () => {
      const rates = await Promise.all(resting.map((tail) => tail.rate()));
      return rates.every(isRare);
    }, "the tails rest");
  });
  afterAll(async () => {
    for (const { bed } of all) await bed.tail.close();
  });

  test.each(others)("goes on as before where events do not tell of all: $what", async ({ tail }) => {
    expect(isRare(await tail.rate())).toBe(false);
  });

  test("is rare where they do, until something happens, which is read at once", async () => {
    const [tail] = resting;
    appendFileSync(join(tail.dir, "app.log"), "2\n");
    writeFileSync(join(tail.dir, "new.log"), "3\n");
    await eventually(() => tail.bed.lines.length === 3, "what was appended and what is new are read");
    expect(isRare(await tail.rate())).toBe(false);
  });

  test("is rare, but files are looked at: of what is written by another name of theirs no event tells", async () => {
    const [, tail] = resting;
    linkSync(join(tail.dir, "app.log"), `${tail.dir}.name`);
    await eventually(async () => isRare(await tail.rate()), "the tail rests again");
    appendFileSync(`${tail.dir}.name`, "2\n");
    await tail.bed.expectLines(["1", "2"]);
  });
});
