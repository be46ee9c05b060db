import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import { Victim } from "../torture/victim.js";
import { LogFolder } from "./log-folder.ts";

const root = tempDir();
/** More lives than a backlog takes, however busy the machine is. */
const mostLives = 60;

/** So many blocks are more than is read in 300 ms. */
const blocks = 25;

/** A folder of logs and the daemons that follow it, one after the other, each for a short time. */
class ShortLives {
  readonly folder: LogFolder;
  lives = 0;
  readonly #dir = mkdtempSync(join(root, "short-"));

  constructor(source: Readonly<Record<string, unknown>> = {}) {
    this.folder = new LogFolder(join(this.#dir, "logs"), "model", {
      settled: () => this.settled(),
      shows: () => Promise.resolve(),
      log: "",
    });
    const sources = [{ files: ["logs/*.log"], ...source }];
    writeFileSync(join(this.#dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 2_000_000 }] }));
  }

  /** Lets a daemon live for so long after it listens (ms), and kills it; gives what it said in its log. */
  async live(ms: number): Promise<string> {
    this.lives++;
    const victim = new Victim(this.#dir);
    if (!(await victim.listens())) throw new Error(victim.log);
    await sleep(ms);
    await victim.kill();
    return victim.log;
  }

  /** Lets a daemon live until what it counts is what was written. */
  async settled(): Promise<void> {
    const victim = new Victim(this.#dir);
    if (!(await victim.listens())) throw new Error(victim.log);
    const end = performance.now() + 30_000;
    let wrong = await this.#difference(victim);
    while (wrong !== "" && performance.now() < end) {
      await sleep(50);
      wrong = await this.#difference(victim);
    }
    const { log } = victim;
    await victim.kill();
    if (wrong !== "") throw new Error(`${wrong} after ${this.lives} lives; ${this.folder.listing()}\n${log}`);
  }

  async #difference({ url }: Victim): Promise<string> {
    const counted = (await countedBy(url)).get("model") ?? new Map<string, number>();
    const { lost, twice } = difference(this.folder.outcomes.cells, counted);
    return lost + twice === 0 ? "" : `lost ${lost}, counted twice ${twice}`;
  }
}

test("a daemon that is killed 300 ms after it listens, each time, gets through a backlog", async () => {
  const short = new ShortLives();
  const block = short.folder.block(40_000, blocks);
  for (let written = 0; written < blocks; written++) appendFileSync(short.folder.app, block);
  let log = "";
  while (!log.includes("the backlog is read") && short.lives < mostLives) log = await short.live(300);
  expect(log).toContain("the backlog is read");
  await short.settled();
}, 120_000);

test.each<{ way: string; rotate: (folder: LogFolder) => void }>([
  {
    way: "renamed",
    rotate: (folder) => {
      folder.rotate();
    },
  },
  {
    way: "copied and truncated",
    rotate: (folder) => {
      folder.copyTruncate();
    },
  },
  {
    way: "renamed and compressed",
    rotate: (folder) => {
      folder.rotate();
      folder.gzip("app.log.1");
    },
  },
])(
  "a log that is $way whenever a daemon is killed at the instant in which it listens counts, each line once",
  async ({ rotate }) => {
    const short = new ShortLives();
    short.folder.write(3);
    for (let life = 0; life < 5; life++) {
      await short.live(0);
      short.folder.write(3);
      rotate(short.folder);
      short.folder.write(3);
    }
    await short.settled();
  },
  120_000,
);
